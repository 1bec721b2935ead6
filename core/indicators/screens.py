"""Where the statistics stand in the menu, and their numbers on the home page."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.indicators.answers import at_once
from core.indicators.cells import value_of
from core.indicators.declarations import Indicator
from core.indicators.engine import Result
from core.indicators.questions import Question, read_question
from core.indicators.registry import all_indicators
from core.web.screens import HomeNumbers, MenuEntry, NumberTile, register


def name_of(indicator: Indicator) -> str:
    """The indicator's name in the page's language."""
    return indicator.name_en if (get_language() or "").startswith("en") else indicator.name_zh


def headlines(user: User) -> Iterator[NumberTile]:
    """The headline indicators of the running year in the user's area.

    A page that everybody opens first does not wait for figures: one that is stale is shown and says so.
    """
    period = f"{timezone.localdate():%Y}"
    chosen = [(one.headline, one) for one in all_indicators() if one.headline is not None and not one.county_level_only]
    for _place, indicator in sorted(chosen, key=lambda pair: pair[0]):
        question = read_question(indicator.code, {"period": [period]}, user)
        found = at_once(question)
        if found is not None:
            yield _tile(question, period, *found)


def _tile(question: Question, period: str, result: Result, fresh: bool) -> NumberTile:  # noqa: FBT001 - as at_once tells it
    indicator = question.indicator
    value = value_of(indicator, result.total)
    asked = {"period": period, "by": "township"} if indicator.dimension("township") else {"period": period}
    return NumberTile(
        label=name_of(indicator),
        value="—" if value is None else f"{int(value):,}" if value.isdecimal() else value,
        unit=__(indicator.unit) if indicator.unit != "%" else "%",
        url=f"{reverse('indicators:indicator', args=[indicator.code])}?{urlencode(asked)}",
        as_of=question.as_of if fresh else result.computed_at,
        state="" if fresh else "stale",
    )


register(
    MenuEntry(
        section="reports",
        label=_("统计指标"),
        url_name="indicators:catalogue",
        permission="statistics.read",
        icon="chart-bar",
        order=10,
    )
)
register(HomeNumbers(name="statistics", source=headlines, permission="statistics.read", order=10))
