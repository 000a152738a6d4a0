"""Chinese names that Korean has by the readings of their characters: Shen Kuo, 심괄.

Korean writes people of today as they sound (시진핑) and those of old, and many known ones, by
their characters (심괄, 왕안석), which pinyin does not tell. A surname is one of few characters,
so a word of as many syllables as the name that begins with a reading of its surname may be
the name. Written for this package. Knows no other names.
"""

from __future__ import annotations

import re

from summarize.news.josa import PARTICLES

# A word of pinyin.
_PINYIN = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[iu]?a(?:ng?|o|i)?|[iu]?e(?:ng?|i|r)?|i(?:ng?|u)?|o(?:ng|u)?"
    r"|u(?:n|i|o)?|iong)){1,2}",
    re.I,
)
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo"
    r"|[aeiou])",
    re.I,
)
_TABLE = """
ai=애 bai=백 ban=반 bao=포 bian=변 cai=채 cao=조 chang=상창 chen=진 cheng=정성 chi=지 cui=최
dai=대 deng=등 ding=정 dong=동 dou=두 du=두 duan=단 fan=범번 fang=방 fei=비 feng=풍봉 fu=부복
gan=감 gao=고 ge=갈 gong=공 gu=고 guan=관 guo=곽 han=한 hao=학 he=하화 hong=홍 hou=후 hu=호 hua=화
huang=황 huo=곽 ji=기계 jia=가 jian=간 jiang=강장 jiao=초 jin=금김 kang=강 kong=공 kuang=광
lai=뇌뢰내 lei=뇌뢰 li=이리여려 lian=염 liang=양량 liao=요료 lin=임림 liu=유류 long=용
lu=노로여려육 luo=나라낙 ma=마 mao=모 mei=매 meng=맹 mo=막 ni=예 ning=영 niu=우 ouyang=구 pan=반
pang=방 pei=배 peng=팽 pi=피 pu=포 qi=기제척 qian=전 qin=진 qiu=구 qu=굴곡 ren=임 rong=영용
ruan=완 shang=상 shao=소 shen=심신 sheng=성 shi=석사시 shu=서 sima=사 song=송 su=소 sun=손 tan=담
tang=당탕 tao=도 tian=전 tong=동 wan=만 wang=왕 wei=위 wen=문온 weng=옹 wu=오무 xi=석 xia=하
xiang=향항 xiao=소 xie=사 xing=형 xiong=웅 xu=서허 xue=설 xun=순 yan=안엄염 yang=양 yao=요 ye=섭엽
yi=역 yin=윤은음 ying=영응 you=우유 yu=우여유 yuan=원 yue=악 yun=운 zang=장 zeng=증 zhan=첨담
zhang=장 zhao=조 zhen=견 zheng=정 zhi=지 zhong=종 zhou=주 zhu=주 zhuang=장 zhuge=제 zong=종 zou=추
zu=조 zuo=좌
"""
_SURNAMES = dict(row.split("=") for row in _TABLE.split())


def is_pinyin(word: str) -> bool:
    """Whether a word may be Chinese in Latin letters."""
    return bool(_PINYIN.fullmatch(word))


def may_be_read(words: tuple[str, ...], korean: str) -> bool:
    """Whether a Korean text may hold a Chinese name by its characters' readings.

    Args:
        words: the name's words in pinyin; a surname alone may have a given name in Korean.
        korean: the text.
    """
    readings = _SURNAMES.get(words[0].lower())
    if readings is None:
        return False
    syllables = sum(len(_SYLLABLE.findall(word)) for word in words)
    given = f"{{{syllables - 1}}}" if syllables > 1 else "{1,2}"
    return bool(
        re.search(rf"(?<![가-힣])[{readings}][가-힣]{given}(?:{PARTICLES})?(?![가-힣])", korean)
    )
