"""Two files side by side: what both say, where they differ, which value a merge would take unless somebody chooses."""

from datetime import date
from typing import Any, Final

from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.formats.identity import age_on
from core.pairs.comparing import Counts, Line, Side, hanging_on
from core.web.details import Fact
from core.web.lists.columns import Mask
from core.web.texts import Text
from workers.models import Worker
from workers.queries import place_names, tags_of
from workers.words import sex_word

MASKED: Final[dict[str, Mask]] = {"phone": "phone", "bank_card": "card"}
HOME: Final = "village_code"
"""One choice for the place: village, group and household go together."""
CHOSEN: Final = (
    "name", "phone", HOME, "relation", "ethnicity", "education", "political", "health", "capacity", "monitored_kind",
    "resettlement_site", "labour_status", "skill", "skill_level", "intention", "intended_place", "expected_wage",
    "training_wish", "wanted_job", "startup_wish", "bank_card", "bank_name", "visited_by", "visited_on", "note",
)  # fmt: skip


def fuller(one: Worker, other: Worker, counts: Counts) -> Side:
    """Whose file should be kept unless somebody says otherwise: with more rows, then with more told, then the older one."""
    first, second = hanging_on(counts)
    return "second" if (second, _told(other)) > (first, _told(one)) else "first"


def _told(worker: Worker) -> int:
    return sum(getattr(worker, name) not in {None, ""} for name in CHOSEN)


def identity_lines(one: Worker, other: Worker) -> list[Line]:
    """Who they are. Birth dates are compared and not shown: beside a masked number they would give it away."""
    born = one.birth_date == other.birth_date
    word = gettext("相同") if born else gettext("不同")
    today = localdate()
    numbers = [_fact(_("身份证号码"), who, "id_number", "id") for who in (one, other)]
    ages = [Fact("", age_on(who.birth_date, today)) for who in (one, other)]
    tags = _tags(one, other)
    return [
        Line(_("身份证号码"), numbers[0], numbers[1], differs=True),
        Line(_("性别"), Fact("", sex_word(one.sex)), Fact("", sex_word(other.sex)), differs=one.sex != other.sex),
        Line(_("出生日期"), Fact("", word), Fact("", word), differs=not born),
        Line(_("年龄"), ages[0], ages[1], differs=not born),
        Line(_("人员类别"), tags[0], tags[1], differs=tags[0] != tags[1]),
    ]


def _tags(one: Worker, other: Worker) -> tuple[Fact, Fact]:
    found = tags_of([one.pk, other.pk])
    first, second = ("、".join(sorted(found.get(who.pk, ()))) for who in (one, other))
    return Fact("", first), Fact("", second)


def chosen_lines(one: Worker, other: Worker, keep: Side) -> list[Line]:
    """Every field a merge may take from either, with the value it would take."""
    labels = {field.name: field.verbose_name for field in Worker._meta.fields}  # noqa: SLF001 - Django's documented model API
    homes = place_names([one.village_code, other.village_code])
    lines = []
    for name in CHOSEN:
        label = _("户籍（乡镇、村、组、户主）") if name == HOME else gettext(str(labels[name]))
        values = [_value(who, name, homes) for who in (one, other)]
        shown = [_shown(who, name, value) for who, value in zip((one, other), values, strict=True)]
        lines.append(
            Line(
                label,
                shown[0],
                shown[1],
                differs=values[0] != values[1] and None not in values,
                field=name,
                default=_default(one, other, (values[0], values[1]), keep),
            )
        )
    return lines


def _value(who: Worker, name: str, homes: dict[str, tuple[str, str]]) -> Any:  # noqa: ANN401 - values of any column
    if name == HOME:
        head = who.household.head_name if who.household else ""
        return " ".join(filter(None, (*homes[who.village_code], who.group_name, head)))
    value = getattr(who, name)
    return None if value == "" else value


def _shown(who: Worker, name: str, value: Any) -> Fact:  # noqa: ANN401 - see above
    return _fact("", who, name, MASKED[name]) if name in MASKED else Fact("", value)


def _fact(label: Text, who: Worker, name: str, mask: Mask) -> Fact:
    return Fact(label, getattr(who, name), mask=mask, reveal=f"workers.worker.{name}", pk=who.pk)


def _default(one: Worker, other: Worker, values: tuple[Any, Any], keep: Side) -> Side:
    """What only one says is taken; of two answers the later survey's, else the kept file's."""
    first, second = values
    if first is None or second is None:
        return keep if first == second else ("first" if second is None else "second")
    asked = (one.visited_on or date.min, other.visited_on or date.min)
    if asked[0] == asked[1]:
        return keep
    return "first" if asked[0] > asked[1] else "second"
