"""English words that a capital does not make a name, beside those of `words.tsv`.

Words of institutions, offices, works and days, which translators render by their sense,
and words that often open a sentence.
"""

from __future__ import annotations

TITLES = frozenset(
    """
    mr mrs ms miss dr prof professor sir lord lady dame president vice prime minister chancellor
    premier senator sen representative rep congressman congresswoman governor gov mayor secretary
    ambassador general gen colonel col captain capt lieutenant lt major maj sergeant sgt admiral
    judge justice king queen prince princess emperor pope cardinal bishop archbishop reverend rev
    saint st coach manager director chairman chairwoman chief ceo officer inspector detective
    spokesman spokeswoman spokesperson leader former foreign defense interior
    """.split()
)

COMMON = frozenset(
    """
    a about above abroad absolutely accord according account across act action active actual ad add
    additional address adm admiral adult advance advanced adviser affair after again agreement ahead
    airways alert all alleged alliance allied allies almost alone along already also alternative
    although always amateur amendment an ancient and angel annual another antarctic any anyone
    anything apart apostle appeal apparently appeals april archbishop architecture archive arctic are
    arena arms around article as aside associated association at atlantic atomic attorney audience
    aunt authority autumn avenue aviation award away baptist baron basketball baseball battle bay be
    bear beautiful became because become before being beyond bible big bishop bit black block blood
    board bold bonds both boulevard boxing break bronze brand breaking bright broadcasting bull bureau
    but by cabinet came camp can canal canyon cape card cardinal care career caribbean case castle
    cathedral cave celebrity celtic census ceo ceremony certain chain chamber chapel chapter charity
    charter cheap chemical chief choice choose christmas circle circuit circus citizens civic civil
    civilian classic clean climb clinical clock clothing cloud code collection colony colonial column
    combat comedy comic comics command commander commerce commercial commissioner common commons
    commonwealth communication communications communism communist compared complete complex
    comprehensive computational conference confederation confederate confucian connection considering
    constitution constitutional construction contest convention convert cooperation corp corporation
    corps correctional corridor cosmetics could council counter course court cover crazy critic
    critics cross crown cruise cup currently custom customs daily dam dark date dear december deep
    defending degree delegation delta department depression deputy des desert design desk despite
    detective development did didn't diet different dinner directly disney divine division divorce do
    doctor dollar dominican don't double doubt down dozens dragon dream drive dual duke duty dynasty
    each eagle earl early easter easy edition editor eight eighteen eighty either elementary eleven
    emergency emperor empire endangered engine engineer engineering enlightenment ensure entertainment
    episode epistle equal equality era especially essential estate eve even event eventually ever
    every evidently evil exactly example except excellent exchange executive exhibition experience
    expert experts express extra extreme facebook facility fact faculty fair fairy faith fans fantastic
    fashion fast favorite fear feast feature february federal federation fellow female festival few
    fiction field fifteen fifth fifty fight fighter figure fifty finally fine firm five fleet floor
    flower following football for force ford foreign former fort fortune forty forum forward
    foundation four fourteen fourth fox friday frankly freeway french fresh friday friendly from front
    fruit full fully fun fund further future gallery gang garden gate gay general generally generation
    genesis gentle geological geological german get ghost giant gift given glass globe go goddess god
    gods going gold golden golf gospel got gothic government governor grace graduate grand grant grave
    gravity great greater ground guard guardian guest guide guild gulf gymnasium had hall handbook
    harbor harbour hard has have having he hell her heritage hero heroes herself hi hidden him himself
    hip his historic holocaust holy homeland honor honour hope horn horse hotel hours how however huge
    hundreds hunter hurricane i ice icon idea ideal if imagine immediate immigration imperial in inc
    included indeed industrial infantry initially inn inquisition inside inspector instead institute
    instruction insurance intelligence interior intermediate international internationals into
    invention investigators iron is it its itself january jet joint journal journey july june junior
    jury just justice juvenile keep kind king kingdom kings know knight knights labor labour ladies
    lady lane language last later laureate lawn league least lecture left legacy legion lesbian less
    let letter letters library lieutenant life light lightning like limited lion list literature live
    local lodge logic lord lords lot lots love lower ltd lucky luckily lunar made magazine magic mail
    main maintain majesty male mall manager manual many map marathon marine marines maritime mark
    martial marxist mass master masters may maybe mean meanwhile mechanical medal medical medieval
    mediterranean memorial men mental mercantile merchant mercury message metal meteorological
    metropolitan middle might mile miles militia mine mini mining minor miracle mirror miss mission
    mistress mixed model modern molecular moment monarch monastery monster monument moreover most
    motion motor mount movement mrs ms multiple muslims mutual my mystery nation native natural nature
    naval near nearly negotiations neither never nevertheless new next nice nine nineteen ninety ninth
    no nobel nobody noble nominee none nor normally northeast northwest northern not note nothing
    notice nov novel november now nuclear obviously occasionally occupation occupied ocean oct october
    odd of off office officer officers often oh ok old on once one online only onto operation operator
    opera opium or oracle orange orchestra ordinary original orphanage orthodox our out outer outside
    oval over overall own owner oxford pacific package page pair palace palm papers paradise
    parks partly partner partnership passion past path patriot patriotic pay pearl peninsula pentagon
    perfect performance perhaps period permanent persian personal perspective phase philosophy photo
    physical physician physics pilot pioneer pioneers pipeline plain plaza please pleasure plus poem
    poet poetry poison polar pole political poll pontiff pool pope portrait position post potential
    practical prayer pre prefecture premium presidency press prevention previously pride priest
    primary prime prince princess principal principality prior pro probably process professional
    professor programme prophet property prospect protestant proud psalm publishing pulse pure purple
    quality queen queens quick quickly quite race radio raid rainbow ranch ranger rangers rapid rare
    rather read readers real really rear reading rebellion recently red refugee regarding regiment
    registrar regular reign relations relative renaissance renewable representative representatives
    requiem reserve reserves resistance resolution resort resource resources respect rest restoration
    revelation revenge revolution revolutionary rich ride ridge rifle ring road rock romance romantic
    rose rotary roundtable route row royal running rural sacred saint saints same sanctuary satan
    saturday say scandal schedule school scientist scientists sculpture seal search secret section
    sector secure see seem seems senior separate sept september series sergeant service session set
    seven seventeen seventh seventy severe sexual sexually shadow shah shared sharp she shelter sheriff
    shield shop short should show shrine sick sidewalk siege silent silk silver similar similarly
    simple simply since single sir sixteen sixth sixty sky slave slow smart so soccer socialist soft
    solid solution some somebody someone something sometimes somewhere soon sound source sovereign
    special specialist species specifically spectrum speed spirit spokesman sporting spring square
    squad stadium standard standards star stars statistics station statue steel step still stone
    storm story straight strait strange strategic strategy straw stream strip student studies studio
    style subject successful such suddenly sultan summer super superior superintendent supreme sure
    surely surf surface surgeon surgery surprise surprisingly survey sustainable sweet swimming swing
    sword symphony syndrome table tabernacle tactical taken tale talent tall tank target task tea
    technical telegraph telephone temple tenth term terms territory testament than thank thanks
    thanksgiving that that's the theater theatre their them themselves then theory there there's
    therapy thereby therefore these they thing things third thirteen thirty this those though thought
    thousands through throughout thunder thus ticket tiger tight timber times tiny to together tom
    tomb ton too top tourism toward towards tower toy traffic transformation transgender
    transportation treasure treasury tribe tribune tribute triple tropical true truly trust truth
    turn turning twelve twenty twice twilight twin two type typical typically ultimate ultimately
    under underground understanding unfortunately unification unified uniform unions unique unit
    united unity universal universe unknown unless unlike until up upon upper urban us use usually
    valley value van vast venture venus version very via vice victory video viewers villa violence
    virgin vision visual vital voice volcanic volume volunteer walk wall want war ward warehouse warm
    was watch wave way we wealth weapons website weekly welcome welfare well were what when whenever
    where whereas whether which whichever while whole who whoever whom whose why wild wilderness
    wildlife will wind wing winter wisdom wise with within without won won't wonder wonderful word
    words worldwide worth would write xmas yacht yard yeah yellow yes yet you younger your zone zoo
    analysts authorities residents critics scientists investigators prosecutors opponents supporters
    organizers officials voters lawmakers firefighters engineers drivers farmers parents
    multi purpose adolescent blueprint non pro anti
    retail sixties seventies eighties nineties fault sulphur ruler literacy tory tories throne
    vindication furious dust suicide moderate militant coroner blizzard whatever fierce rampant crude
    jan feb aug sept dec romanization
    apple windows jewish jew jews christ hindu hinduism buddhist buddhism buddha judaism
    sunni shiite shia marxism nazi nazis bolshevik
    """.split()
)
