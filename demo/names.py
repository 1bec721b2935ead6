"""Invented names with their sort keys."""

import random
from collections.abc import Iterator

from core.formats.pinyin import initials, sort_key

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "令狐")
RARE = 0.004
"""How many people have a surname of two characters."""
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰春梅秀珍凤红建国志文斌鹏飞波宇"
    "浩凯健俊帆雪琳晶婷莉云贵福祥发财光学仕忠顺朝兴德正义永安"
)


def invented_names(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """``count`` names as (name, sort key, initials); a seed gives the same ones again."""
    chosen = random.Random(seed)  # noqa: S311 - names of invented people, not secrets
    for _ in range(count):
        surname = chosen.choice(DOUBLE_SURNAMES) if chosen.random() < RARE else chosen.choice(SURNAMES)
        given = "".join(chosen.choices(GIVEN, k=chosen.choice((1, 2, 2, 2))))
        name = surname + given
        yield name, sort_key(name), initials(name)
