"""The rules that tell an article's own words from what newspapers print around them.

Each rule is a pattern for a whole line, with a name; `set_aside` shows that name, so a
reader can see why a line went. They know one line at a time: what a line only begins or
ends with is `affixes`' business, and what depends on its neighbours (headlines, menus,
captions beside body text) is `layout`'s. They are written to be conservative: a line that
is a sentence goes only when its opening or its end is a form that newspapers use for
nothing else, never because it contains an outlet's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BYLINE = "byline"
CAPTION = "caption"
COPYRIGHT = "copyright"
CREDIT = "credit"
DATE = "date line"
DATELINE = "dateline"
NAVIGATION = "navigation"
PROMOTION = "promotion"

EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
AGENCIES = (
    r"(?:The )?Associated Press|AP(?: Photo)?|Reuters|AFP|AFPBBNews|Agence France-Presse"
    r"|EPA(?:-EFE)?"
    r"|UPI|Getty(?: Images)?|Gettyimages\w*|Shutterstock|Alamy|iStock|Yonhap(?: News)?|NEWSIS|News1"
    r"|Xinhua|Kyodo|ANSA|TASS|Sipa|Zuma|KCNA(?: via KNS)?|Bloomberg(?: News)?|CNN|BBC"
    r"|PA(?: Media| Wire)?"
)
KOREAN_AGENCIES = (
    r"연합뉴스(?:TV)?|뉴시스|뉴스1|로이터[·/ ]?(?:연합(?:뉴스)?|뉴스1|뉴시스)|AFPBBNews(?:=뉴스1)?"
    r"|(?:AFP|AP|EPA|UPI|TASS|신화)[ ·/=-]?(?:연합(?:뉴스)?|뉴시스|뉴스1)"
    r"|게티이미지(?:코리아|뱅크|스)?"
)
OUTLETS = (
    rf"{KOREAN_AGENCIES}|\S{{0,10}}(?: ?영상| ?화면| ?사진)? ?캡[처쳐]|\S{{1,15}} ?제공"
    r"|조선(?:일보)? ?DB|로이터|SNS|인스타그램|페이스북|유튜브|트위터"
)
REPORTER = (
    r"(?:\S{0,12}(?:기자|특파원|통신원|논설위원|객원기자)"
    r"|(?:\S+ )?(?:칼럼니스트|아나운서|앵커|리포터|PD))"
)
_NAME = r"[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|de|van|von|al|bin|of|for|the)){1,5}"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?(?:\s*(?:[A-Z]{2,4}|[+-]\d{4}))?"
DAY = r"(?:19|20)\d{2}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}(?!\d)\s*[.일]?"
_ANY_DATE = rf"(?:{DAY}|{MONTH} \d{{1,2}},? (?:19|20)\d{{2}}|\d{{1,2}} {MONTH},? (?:19|20)\d{{2}})"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that `pattern` matches whole is no part of the article.

    `longest` (characters) keeps a rule from taking a paragraph that merely ends like one;
    only a rule with `sentences` may take a line that is a whole Korean sentence.
    """

    name: str
    pattern: re.Pattern[str]
    longest: int = 300
    sentences: bool = False

    def takes(self, line: str) -> bool:
        """Whether the whole of `line` falls under this rule."""
        if len(line) > self.longest or (_KOREAN_SENTENCE.search(line) and not self.sentences):
            return False
        return self.pattern.fullmatch(line) is not None


_KOREAN_SENTENCE = re.compile(r"[다요까죠][.?!][\"”’')]*$")


def _rule(
    name: str,
    pattern: str,
    longest: int = 300,
    flags: int = re.IGNORECASE,
    sentences: bool = False,
) -> Rule:
    return Rule(name, re.compile(pattern, flags | re.DOTALL), longest, sentences)


_CASED = 0  # no flags: capitals matter

LINE_RULES = (
    # Copyright
    _rule(
        COPYRIGHT,
        r"[\[<(【]?\s*(?:저작권자?\s*(?:ⓒ|©|\(c\)|[:=])|copyright\s*(?:ⓒ|©|\(c\)|\d{4})|ⓒ|©"
        r"|\(c\)\s).{0,150}",
        200,
    ),
    _rule(
        COPYRIGHT,
        r".{0,100}무단\s*(?:전재|복제|배포)\s*(?:및|[-·,/])?\s*(?:수집|재배포|배포).{0,25}금지.{0,40}",
        150,
    ),
    _rule(
        COPYRIGHT,
        r".{0,100}무단\s*(?:전재|복제|배포|도용).{0,40}(?:금지합니다|금합니다|금지됩니다)[.]?",
        180,
        sentences=True,
    ),
    _rule(
        COPYRIGHT,
        r"(?:.{0,150}(?:©|\bcopyright\b|\b(?:19|20)\d\d\b).{0,150})?all rights reserved\b.{0,200}",
        500,
    ),
    _rule(
        COPYRIGHT,
        r"This (?:material|content|article|story) (?:may not be published, broadcast"
        r"|is (?:the )?copyright(?:ed)?\b|is protected by copyright).{0,200}",
    ),
    _rule(
        COPYRIGHT,
        r"(?:Written permission must be obtained|Reproduction in whole or in part|Unauthorized use"
        r" (?:includes|and/or duplication)).{0,250}",
    ),
    # Dates
    _rule(
        DATE,
        rf"(?:date[: ]\s*|published(?: on)?[: ]\s*|(?:last )?updated(?: on| at)?[: ]\s*"
        rf"|posted(?: on)?[: ]\s*)?"
        rf"(?:{_CLOCK},?\s*)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?"
        rf"|sun)(?:day)?,?\s*)?{_ANY_DATE}"
        rf"(?:,?\s*(?:[T|/]|at|-)?\s*{_CLOCK})?(?:\s+[A-Z][\w&]*(?: [A-Z&][\w&]*)?)?",
        80,
    ),
    _rule(
        DATE,
        rf"(?:published|updated|posted|last (?:updated|modified))\b.{{0,20}}{_CLOCK}.{{0,40}}",
        80,
    ),
    _rule(
        DATE,
        r"(?:about |an? )?(?:\d{1,2} )?(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?) (?:ago|read)",
        30,
    ),
    _rule(DATE, rf"{_CLOCK} ?(?:ET|EST|EDT|GMT|BST|PT|KST)?", 20),
    _rule(
        DATE,
        r"[\[(]?(?:기사)?\s*(?:입력|수정|등록|승인|송고|작성|발행|업데이트|최종수정)(?:일시?|시간|시각)?\s*[:：]?\s"
        r".{0,20}\d.{0,80}",
        120,
    ),
    _rule(
        DATE,
        rf"{DAY}\s*(?:\(?[월화수목금토일]\)?)?\s*(?:오[전후]\s*)?(?:\d{{1,2}}\s*[:시]\s*\d{{1,2}}\s*(?::\d{{2}}|분)?)?"
        r"\s*(?:송고|입력|수정|게재|보도)?",
        60,
    ),
    # Bylines
    _rule(
        BYLINE,
        rf"[\[(<【]?\s*(?:[가-힣A-Z]{{1,12}}(?: [가-힣]{{1,8}})?\s*[=|]\s*)?[가-힣·, ]{{2,30}}?"
        rf"\s*{REPORTER}(?:\([^)]*\))?(?:\s*[·,]\s*[가-힣]{{2,4}}\s*{REPORTER}(?:\([^)]*\))?)*"
        rf"\s*(?:[=|/]?\s*{EMAIL})?\s*=?[\])>】]?",
        120,
    ),
    _rule(BYLINE, rf"[\[(]?[A-Za-z가-힣 ]{{1,15}}=\s*[가-힣]{{2,4}} {REPORTER}[\])]?", 60),
    _rule(
        BYLINE,
        rf"(?:[/|]\s*)?(?:[가-힣· ]{{2,30}}\s)?[(<]?{EMAIL}[)>]?(?:\s*[,/]\s*{EMAIL})*",
        100,
    ),
    _rule(
        BYLINE,
        r"[가-힣]{2,4} (?:변호사|교수|대표|위원장|원장|소장|연구위원|논설위원|편집인|작가)"
        r"\([^)]{2,30}\)(?:·.{1,20})?",
        60,
    ),
    _rule(
        BYLINE,
        rf"(?:(?:Written|Reported|Story|Words|Analysis) )?[Bb]y:? {_NAME}(?:(?:,| and"
        rf"| &) (?:{_NAME}|[A-Z][\w.]+))*",
        120,
        _CASED,
    ),
    _rule(BYLINE, r"BY:? [A-Z][A-Z.'’ ,-]{3,60}", 70, _CASED),
    _rule(
        BYLINE,
        r"(?:The )?[A-Z][\w. ]{2,40} (?:writers?|reporters?|journalists?"
        r"|correspondents?) [A-Z].{3,120}"
        r" contributed to this (?:report|story|article)\.?",
        250,
        _CASED,
    ),
    _rule(
        BYLINE,
        r"(?:Reporting|Editing|Additional reporting|Writing|Compiled) by [A-Z].{3,200}",
        250,
        _CASED,
    ),
    # Captions and credits that say so at their start
    _rule(
        CAPTION,
        r"(?:image|media|video|photo|picture) (?:caption|credit|source|copyright)\b.{0,300}",
        400,
    ),
    _rule(
        CAPTION,
        r"(?:photo|photograph|picture|image|video|watch|graphic|file photo|file image|credit"
        r"|foto)s?\s*:.{1,300}",
    ),
    _rule(
        CAPTION,
        r"(?:file|undated|handout|stock) (?:photo|image|picture|photograph)s?(?:\s*(?:[-–—.:(]"
        r"|by\b|courtesy|of\b).{0,200})?",
    ),
    _rule(
        CAPTION,
        r"(?:photo|photograph|image|picture|illustration) (?:by|courtesy)\b.{0,80}(?<![.])",
        100,
    ),
    _rule(
        CAPTION,
        r"In (?:this|an?)(?: \w+){0,4} (?:photo|image|picture|photograph|frame grab|screen ?grab"
        r"|screenshot)"
        r"\b.{0,400}\((?:[^()]*(?:source|photo|credit|via|file|/)[^()]*|" + AGENCIES + r")\)\.?",
        600,
    ),
    _rule(
        CAPTION,
        r"In this(?: \w+){0,4} (?:photo|image|picture|photograph)(?:,? \w+){0,3} (?:supplied"
        r"|provided|released|distributed)"
        r" by .{0,400}",
        500,
    ),
    _rule(
        CAPTION,
        r"[(\[<【]\s*(?:사진|그래픽)\s*(?:제공)?\s*[=:|ⓒ][^\])>】]{1,40}[)\]>】].{1,150}"
        r"(?:고 있다|모습(?:이다)?|장면(?:이다)?|전경(?:이다)?|보인다)\.?",
        250,
        sentences=True,
    ),
    _rule(
        CREDIT,
        rf"[(\[]?\s*(?:(?:source|photo|credit"
        rf"|image)s?\s*:\s*)?(?:[\w.'’ -]{{2,40}}[/,|]\s*)*(?:{AGENCIES})"
        rf"(?:\s*(?:/|via)\s*[\w.' -]{{2,30}})?\s*[)\]]?",
        90,
        _CASED,
    ),
    _rule(CREDIT, r"\(\s*(?:source|photo|image|credit|courtesy|supplied)\b[^()]{0,80}\)", 100),
    _rule(CREDIT, r"(?:photo|image|credit|photos|video|getty images)", 20),
    _rule(
        CREDIT,
        r"[/(\[<《]?\s*(?:사진|그래픽|일러스트|자료|영상|이미지|출처)\s*[=:|ⓒ/]\s*[^.]{1,50}[\])>》]?",
        70,
    ),
    _rule(CREDIT, r"\[\s*(?:사진|그래픽|자료사진|영상)\s*\].{0,60}", 80),
    _rule(CREDIT, rf"/?\s*(?:{OUTLETS})", 30),
    _rule(CREDIT, r"/\s*[^.]{1,25}", 30),
    # Promotions
    _rule(
        PROMOTION,
        r"(?:read|see|watch|listen|learn|discover) (?:more|also|next|now)(?:\s*[:»>|-].{0,150}|"
        r"(?: (?:about|on|at|from|here|of|news|stories)\b.{0,80})?)[:.»>]?",
        180,
    ),
    _rule(
        PROMOTION,
        r"(?:also read|related|see also|more|recommended|don['’]t miss|read|watch"
        r"|listen)\s*[:»|].{0,150}",
        180,
    ),
    _rule(PROMOTION, r"read (?:the )?(?:full|original|rest).{0,60}", 80),
    _rule(
        PROMOTION,
        r"(?:please |click here to )?(?:subscribe|sign ?up|sign in|log ?in|login|register"
        r"|unsubscribe|follow us"
        r"|follow @\w+|follow \w+ on (?:twitter|facebook|instagram|x)|join our|download (?:our"
        r"|the)|support (?:our|the guardian)"
        r"|donate|get (?:the|our) (?:app|newsletter|latest)|get all latest"
        r"|subscribe now)\b(?: \S+){0,16}",
        150,
    ),
    _rule(
        PROMOTION,
        r"(?:to view the full story, please subscribe|for (?:the|more) (?:latest|news"
        r"|stories).{0,60}"
        r"(?:download|subscribe|follow|sign up)|do you have a story|have a (?:news )?tip"
        r"|please email us|email us at|e-?mail us).{0,200}",
        300,
    ),
    _rule(
        PROMOTION,
        r"[▶▷►☞☎■◆●]\s*[^.]{1,100}(?:바로\s?가기|다운|구독|클릭|보기|화보|앱|채널|제보|뉴스|기사|신청|참여|이벤트|친구).{0,60}",
        160,
    ),
    _rule(PROMOTION, r"[▶►☞].{1,100}", 120),
    _rule(PROMOTION, r"(?:기사\s*)?제보(?:는|하기|\s*및)?(?:[ :].{0,60})?", 80),
    _rule(PROMOTION, r"\S{1,10}(?: \S{1,6})?에 제보(?:하기)?", 30),
    _rule(
        PROMOTION,
        r".{0,40}(?:구독|좋아요|알림\s?설정|채널\s?추가|친구\s?추가)(?:\s*[,·과와및/+]?\s*(?:구독|좋아요|알림|공유|하기|신청"
        r"|해\s?주세요|부탁|버튼)\S*)+.{0,30}",
        100,
    ),
    _rule(
        PROMOTION,
        r"(?:네이버|카카오톡|유튜브|텔레그램)\S*(?:에서| 채널)?.{0,30}(?:구독|추가|검색)"
        r"(?:하기|하세요|해\s?주세요)?[.!~]?",
        70,
    ),
    _rule(PROMOTION, r"기사내용 요약", 80),
    _rule(
        PROMOTION,
        r"기사 읽어주기 서비스는 .{0,60}|.{0,60}제보를 기다립니다.{0,30}",
        100,
        sentences=True,
    ),
    # Navigation
    _rule(
        NAVIGATION,
        r"(?:advertisements?|ads? feedback|skip to .{1,40}|menu|home(?: ?page)?|search"
        r"|back to top|close(?: this .{1,20})?"
        r"|supported by|continue reading(?: the main story)?|(?:story"
        r"|article) continues below.{0,20}|share(?: this)?(?: (?:story|article|page|post))?"
        r"|share on \w+|tweet|e-?mail|print|copy link|link copied!?|copied!?|comments?"
        r"|no comments|(?:view |show |leave a )?comments?\s*\d*"
        r"|\d[\d,.]*k? (?:comments?|shares?)|facebook|twitter|whatsapp|linked ?in|instagram"
        r"|youtube|pinterest|reddit|telegram|rss(?: feeds?)?"
        r"|google\+|flipboard|terms of (?:service|use|sale)|terms (?:and|&) conditions"
        r"|privacy(?: policy| statement)?|cookie(?:s| policy)|contact(?: us)?"
        r"|about(?: us)?|site ?map|help|feedback|newsletters?|sections|more|image|loading\.*"
        r"|next article|previous article|view all"
        r"|(?:recommended|promoted content) by \w+|ads by google|data disclaimer"
        r"|join the conversation|read later|listen|×|\||tags?:?)",
        60,
    ),
    _rule(
        NAVIGATION,
        r"(?:다른\s?기사\s?보기|기사\s?보기|관련\s?기사(?:\s?보기)?"
        r"|키워드 관련기사|많이 본 (?:뉴스|기사)|댓글(?: 쓰기"
        r"| 보기)?(?: ?\d+)?|기사 댓글 ?\d*"
        r"|바로가기 본문.{0,40}|본문 ?글씨.{0,30}|글자 ?크기.{0,20}"
        r"|공유(?:하기)?|스크랩|인쇄(?:하기)?|좋아요 ?\d*|프린트"
        r"|목록(?:으로)?|이전 ?기사|다음 ?기사"
        r"|페이스북|트위터|카카오(?:톡|스토리)|네이버 ?(?:블로그|밴드)|URL ?복사|맨 위로|로그인"
        r"|회원가입|검색|메뉴|홈|전체 ?메뉴|구독(?:하기)?"
        r"|광고|음성으로 듣기)",
        50,
    ),
    _rule(NAVIGATION, r"(?://.*|(?:function|var|window\.|document\.|\$\(|Krux\().*[;{}()].*)", 300),
)

# A heading after which only links to other stories follow.
RELATED_HEADING = re.compile(
    r"(?:more (?:on|from|in) .{1,40}|related(?: (?:stories|articles|news|topics|content"
    r"|coverage))?|most (?:popular|read|viewed|watched).{0,20}"
    r"|you (?:may|might) (?:also )?like.{0,20}|trending.{0,20}|top stories|popular (?:posts"
    r"|stories|videos)|recent (?:posts|comments)"
    r"|editors?['’]s? picks?|recommended(?: for you)?|from around the web|elsewhere on .{1,20}"
    r"|more stories|headline news"
    r"|random posts|관련\s?(?:기사|뉴스)|(?:많이|가장 많이) 본 .{1,10}"
    r"|추천\s?(?:기사|뉴스)|주요\s?(?:뉴스|기사)"
    r"|인기\s?(?:뉴스|기사)|오늘의 PICK)\s*:?",
    re.IGNORECASE,
)


def line_rule(line: str) -> str | None:
    """The name of the rule that takes the whole of `line`, or None."""
    for rule in LINE_RULES:
        if rule.takes(line):
            return rule.name
    return None
