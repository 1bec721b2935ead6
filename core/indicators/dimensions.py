"""Dimensions every fact can have: where its persons are from, when it happened (formats.md §3, §3.1)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.indicators.declarations import Dimension, Naming

TOWNSHIP: Final = Dimension(
    name="township",
    label=gettext_noop("乡镇"),
    code="left(nullif(f.village, ''), 9)",
    naming=Naming.DIVISION,
    pattern=r"\d{9}",
    hint=gettext_noop("应为9位乡镇代码"),
)
VILLAGE: Final = Dimension(
    name="village",
    label=gettext_noop("村"),
    code="nullif(f.village, '')",
    naming=Naming.DIVISION,
    pattern=r"\d{12}",
    hint=gettext_noop("应为12位村代码"),
)
COUNTY: Final = Dimension(
    name="county",
    label=gettext_noop("县"),
    code="left(nullif(f.village, ''), 6)",
    naming=Naming.DIVISION,
    pattern=r"\d{6}",
    hint=gettext_noop("应为6位县代码"),
)
MONTH: Final = Dimension(
    name="month",
    label=gettext_noop("月份"),
    code="to_char(f.day, 'YYYY-MM')",
    pattern=r"\d{4}-\d{2}",
    hint=gettext_noop("应写成 2025-03"),
)
QUARTER: Final = Dimension(
    name="quarter",
    label=gettext_noop("季度"),
    code="to_char(f.day, 'YYYY\"Q\"Q')",
    pattern=r"\d{4}Q[1-4]",
    hint=gettext_noop("应写成 2025Q1"),
)

_PLACE_HINTS: Final = {2: gettext_noop("应为2位区划代码"), 4: gettext_noop("应为4位区划代码")}

GEOGRAPHY: Final = (TOWNSHIP, VILLAGE, COUNTY)
TIME_DIMENSIONS: Final = (MONTH, QUARTER)


def destination(
    place: str, *, name: str = "destination", label: str = gettext_noop("目的地（省）"), digits: int = 2
) -> Dimension:
    """The province (or with 4 ``digits`` the prefecture) of a place; a place known less exactly is 未登记."""
    return Dimension(
        name=name,
        label=label,
        code=f"CASE WHEN length({place}) >= {digits} THEN left({place}, {digits}) END",
        naming=Naming.DIVISION,
        pattern=rf"\d{{{digits}}}",
        hint=_PLACE_HINTS[digits],
    )


def destinations(place: str) -> tuple[Dimension, Dimension]:
    """The two dimensions of where somebody works: province and prefecture."""
    return destination(place), destination(place, name="destination_city", label=gettext_noop("目的地（市）"), digits=4)
