"""English words that a capital does not make a name, beside those of `words.tsv`.

Words of institutions, offices, works and days, which translators render by their sense,
and words that often open a sentence.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


TITLES = words(
    """
    admiral ambassador archbishop bishop capt captain cardinal ceo chairman chairwoman
    chancellor chief coach col colonel congressman congresswoman dame defense detective director
    dr emperor foreign former gen general gov governor inspector interior judge justice king
    lady leader lieutenant lord lt maj major manager mayor minister miss mr mrs ms officer pope
    premier president prime prince princess prof professor queen rep representative rev reverend
    saint secretary sen senator sergeant sgt sir spokesman spokesperson spokeswoman st vice
    """
)

COMMON = words(
    """
    a about above abroad absolutely accord according account across act action active actual ad
    add additional address adm admiral adolescent adult advance advanced adviser affair after
    again agreement ahead airways alert all alleged alliance allied allies almost alone along
    already also alternative although always amateur amendment an analysts ancient and angel
    annual another antarctic anti any anyone anything apart apostle apparently appeal appeals
    apple april archbishop architecture archive arctic are arena arms around article as aside
    associated association astronaut at atlantic atomic attorney audience aug aunt authorities
    authority autumn avenue aviation award away baptist baron baseball basketball battle bay be
    bear beautiful became because become before being beyond bible big bishop bit black blizzard
    block blood blueprint board bold bolshevik bonds both boulevard boxing brand break breaking
    bright broadcasting bronze buddha buddhism buddhist bull bureau but by cabinet came camp can
    canal canyon cape card cardinal care career caribbean case castle cathedral cave celebrity
    celtic census ceo ceremony certain chain chamber chapel chapter charity charter cheap
    chemical chief choice choose christ christmas circle circuit circus citizens civic civil
    civilian classic clean climb clinical clock clothing cloud code collection colonial colony
    column combat comedy comic comics command commander commerce commercial commissioner common
    commons commonwealth communication communications communism communist compared complete
    complex comprehensive computational confederate confederation conference confucian
    connection considering constitution constitutional construction contest convention convert
    cooperation coroner corp corporation corps correctional corridor cosmetics could council
    counter course court cover crazy crisis critic critics cross crown crude cruise cup
    currently custom customs daily dam dark date dear dec december deep defending degree
    delegation delta department depression deputy des desert design desk despite detective
    development did didn't diet different dinner directly disney divine division divorce do
    doctor dollar dominican don't double doubt down dozens dragon dream drive drivers dual duke
    dust duty dynasty each eagle earl early easter easy edition editor eight eighteen eighties
    eighty either elementary eleven emergency emperor empire endangered engine engineer
    engineering engineers enlightenment ensure entertainment episode epistle equal equality era
    especially essential estate eve even event eventually ever every evidently evil exactly
    example excellent except exchange executive exhibition experience expert experts express
    extra extreme facebook facility fact faculty fair fairy faith fans fantastic farmers fashion
    fast fault favorite fear feast feature feb february federal federation fellow female
    festival few fiction field fierce fifteen fifth fifty fight fighter figure finally fine
    firefighters firm five fleet floor flower following football for force ford foreign former
    fort fortune forty forum forward foundation four fourteen fourth fox frankly freeway french
    fresh friday friendly from front fruit full fully fun fund furious further future gallery
    gang garden gate gay general generally generation genesis gentle geological german get ghost
    giant gift given glass globe go god goddess gods going gold golden golf gospel got gothic
    government governor grace graduate grand grant grave gravity great greater ground guard
    guardian guest guide guild gulf gymnasium had hall handbook harbor harbour hard has have
    having he hell her heritage hero heroes herself hi hidden him himself hindu hinduism hip his
    historic hit holocaust holy homeland honor honour hope horn horse hotel hours how however
    huge hundreds hunter hurricane i ice icon idea ideal if imagine immediate immigration
    imperial in inc included indeed industrial infantry initially inn inquisition inside
    inspector instead institute instruction insurance intelligence interior intermediate
    international internationals into invention investigators iron is it its itself jan january
    jet jew jewish jews joint journal journey judaism july june junior jury just justice
    juvenile keep kind king kingdom kings knight knights know labor labour ladies lady lane
    language last later laureate lawmakers lawn league least lecture left legacy legion lesbian
    less let letter letters library lieutenant life light lightning like limited lion list
    literacy literature live local lodge logic lord lords lot lots love lower ltd luckily lucky
    lunar made magazine magic mail main maintain majesty male mall manager manual many map
    marathon marine marines maritime mark martial marxism marxist mass master masters may maybe
    mean meanwhile mechanical medal medical medieval mediterranean memorial men mental
    mercantile merchant mercury message metal meteorological metropolitan middle might mile
    miles militant militia mine mini mining minor miracle mirror miss mission mistress mixed
    model moderate modern molecular moment monarch monastery monster monument moreover most
    motion motor mount movement mrs ms mt multi multiple muslims mutual my mystery nation native
    natural nature naval nazi nazis near nearly negotiations neither never nevertheless new next
    nice nine nineteen nineties ninety ninth no nobel noble nobody nominee non none nor normally
    northeast northern northwest not note nothing notice nov novel november now nuclear
    obviously occasionally occupation occupied ocean oct october odd of off office officer
    officers officials often oh ok old on once one online only onto opera operation operator
    opium opponents or oracle orange orchestra ordinary organizers original orphanage orthodox
    our out outer outside oval over overall own owner oxford pacific package page pair palace
    palm papers paradise parents parks partly partner partnership passion past path patriot
    patriotic pay pearl peninsula pentagon perfect performance perhaps period permanent persian
    personal perspective phase philosophy photo physical physician physics pilot pioneer
    pioneers pipeline plain plaza please pleasure plus poem poet poetry poison polar pole
    political poll pontiff pool pope portrait position post potential practical prayer pre
    prefecture premium presidency press prevention previously pride priest primary prime prince
    princess principal principality prior pro probably process professional professor programme
    property prophet prosecutors prospect protestant proud psalm publishing pulse pure purple
    purpose quality queen queens quick quickly quite race radio raid rainbow rampant ranch
    ranger rangers rapid rare rather read readers reading real really rear rebellion recently
    red refugee regarding regiment registrar regular reign relations relative renaissance
    renewable representative representatives requiem reserve reserves residents resistance
    resolution resort resource resources respect rest restoration retail revelation revenge
    revolution revolutionary rich ride ridge rifle ring road rock romance romanization romantic
    rose rotary roundtable route row royal ruler running rural sacred saint saints same
    sanctuary satan saturday say scandal schedule school scientist scientists sculpture seal
    search secret section sector secure see seem seems senior separate sept september sergeant
    series service session set seven seventeen seventh seventies seventy severe sexual sexually
    shadow shah shared sharp she shelter sheriff shia shield shiite shop short should show
    shrine sick sidewalk siege silent silk silver similar similarly simple simply since single
    sir sixteen sixth sixties sixty sky slave slow smart so soccer socialist sodium soft solid
    solution some somebody someone something sometimes somewhere soon sound source sovereign
    special specialist species specifically spectrum speed spirit spokesman sporting spring
    squad square stadium standard standards star stars station statistics statue steel step
    still stone storm story straight strait strange strategic strategy straw stream strip
    student studies studio style subject successful such suddenly suicide sulphur sultan summer
    sunni super superintendent superior supporters supreme sure surely surf surface surgeon
    surgery surprise surprisingly survey sustainable sweet swimming swing sword symphony
    syndrome tabernacle table tactical taken tale talent tall tank target task tea technical
    telegraph telephone temple tenth term terms territory testament than thank thanks
    thanksgiving that that's the theater theatre their them themselves then theory therapy there
    there's thereby therefore these they thing things third thirteen thirty this those though
    thought thousands throne through throughout thunder thus ticket tiger tight timber times
    tiny to together tom tomb ton too top tories tory tourism toward towards tower toy traffic
    transformation transgender transportation treasure treasury tribe tribune tribute triple
    tropical true truly trust truth turn turning twelve twenty twice twilight twin two type
    typical typically ultimate ultimately under underground understanding unfortunately
    unification unified uniform unions unique unit united unity universal universe unknown
    unless unlike until up upon upper urban us use usually valley value van vast venture venus
    version very via vice victory video viewers villa vindication violence virgin vision visual
    vital voice volcanic volume volunteer voters walk wall want war ward warehouse warm was
    watch wave way we wealth weapons website weekly welcome welfare well were what whatever when
    whenever where whereas whether which whichever while who whoever whole whom whose why wild
    wilderness wildlife will wind windows wing winter wisdom wise with within without won won't
    wonder wonderful word words worldwide worth would write xmas yacht yard yeah yellow yes yet
    you younger your zone zoo
    anglican liberation vine
    frequent flyer mid capitol superpower hangeul stateside phd
    """
)
