"""Who fits a vacancy, and which vacancies fit a person: one set-based query each way, every reason a column of its rows.

A person fits by the job they want, what they can, where they want to go and what they want to earn; who is at work, too
young, or not asked for by the vacancy's own words is not listed. Nothing is guessed: what nobody told counts neither way.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.divisions.matching import division_tree, find_place
from core.divisions.queries import names_of, root_division
from core.formats.dates import add_months
from core.formats.faults import CellFault
from core.formats.identity import age_on
from core.formats.text import split_values
from employment.expressions import SCHOOLS
from employment.market.queries import filled, on_the_way, told_later
from employment.models import Referral, Spell, Vacancy
from employment.queries import LEVELS, NAMELESS, Scope, covering, in_scope, scope_of
from workers.models import Worker

WEIGHTS: Final = {"fits_job": 40, "fits_skill": 20, "fits_place": 20, "fits_wage": 15, "wants_work": 5}
"""Reason → points of 100. A default of the house: the job one wants weighs most (domain.md names no figures)."""
YOUNGEST: Final = 16
CANNOT: Final = ("在校", "丧失劳动能力", "死亡", "迁出")
REFUSES: Final = r"^(无|否|没有|不)$|无(就业|外出|求职|务工)?(意愿|意向|打算)|不愿|不想|暂不|不外出"
SCOPE_WORDS: Final = {
    Scope.ABROAD: ("省外", "外省", "沿海"),
    Scope.PROVINCE: ("省内",),
    Scope.COUNTY: ("县内", "本县", "本地", "就近", "家门口", "附近", "就地"),
}
SUFFIXES: Final = re.compile(r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|省|市|区|县)$")
EMPTY_PAIRS: Final = frozenset(
    ("员工", "工人", "人员", "普通", "操作", "作工", "技术", "服务", "务员", "工作", "经验", "以上", "优先")
)
"""Pairs of characters that tell nothing of a job."""
SHORTEST: Final = 2
_RUNS: Final = re.compile(r"[㐀-鿿]+|[A-Za-z0-9]{2,}")


def keywords(text: str) -> list[str]:
    """What tells a job by its words: pairs of neighbouring characters, whole Latin words; a run of empty pairs itself.

    Ages, weights and years are digits and tell nothing: a skill of 2018 is no reason for a job of 18-45岁.
    """
    found: list[str] = []
    for run in _RUNS.findall(text):
        if run.isdigit():
            continue
        pairs = [run] if run.isascii() else [run[n : n + SHORTEST] for n in range(len(run) - 1)]
        told = [pair for pair in pairs if pair not in EMPTY_PAIRS]
        found += told or ([run] if len(run) >= SHORTEST else [])
    return list(dict.fromkeys(found))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _holds(field: str, words: Iterable[str]) -> Q:
    """Condition: the text holds one of the words; false where there are none."""
    pattern = _any_of(words)
    return Q(**{f"{field}__iregex": pattern}) if pattern else Q(pk__in=())


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())


def _scored(rows: QuerySet[Any, Any], reasons: Mapping[str, Q]) -> QuerySet[Any, Any]:
    """The rows with a column a reason and their ``score`` of 100; only those that fit by job, skill or place."""
    points = [
        Case(When(condition, then=Value(WEIGHTS[name])), default=Value(0), output_field=IntegerField())
        for name, condition in reasons.items()
    ]
    score = points[0]
    for more in points[1:]:
        score = score + more  # type: ignore[assignment]
    fits = reasons["fits_job"] | reasons["fits_skill"] | reasons["fits_place"]
    flags = {name: _flag(condition) for name, condition in reasons.items()}
    found: QuerySet[Any, Any] = rows.filter(fits).annotate(**flags, score=score)
    return found


def _school(field: str) -> Case:
    """The rank of a person's education, 0 where it is not known."""
    whens = [When(**{f"{field}__regex": words}, then=Value(rank)) for rank, words in enumerate(SCHOOLS, start=1)]
    return Case(*reversed(whens), default=Value(0), output_field=SmallIntegerField())


def place_words(code: str) -> list[str]:
    """Names by which people call the place of a vacancy: its province, city and county, without what they are."""
    codes = [code[:length] for length in LEVELS if length <= len(code)]
    names = [name for name in names_of(set(codes)).values() if name not in NAMELESS]
    return [short for name in names if len(short := SUFFIXES.sub("", name)) >= SHORTEST]


def fitting_people(user: User, vacancy: Vacancy) -> QuerySet[Any, Any]:
    """The user's people who fit the vacancy and are not at work today, with ``score`` and a column for each reason.

    Those already on the way to the same post are left out.
    """
    today = localdate()
    scope = scope_of(vacancy.place_code)
    scope_words = SCOPE_WORDS[scope] if scope else ()
    named = _holds("intended_place", [*place_words(vacancy.place_code), *scope_words])
    unnamed = Q(intended_place__isnull=True) | Q(intended_place="")
    offered = vacancy.wage_to if vacancy.wage_to is not None else vacancy.wage_from
    title = keywords(vacancy.job_title)
    reasons = {
        "fits_job": _holds("wanted_job", title),
        "fits_skill": _holds("skill", [*title, *keywords(vacancy.requirement)]),
        "fits_place": named | unnamed & _holds("intention", scope_words),
        "fits_wage": Q(pk__in=()) if offered is None else Q(expected_wage__lte=offered),
        "wants_work": ~unwilling() & ~Q(intention="") & Q(intention__isnull=False),
    }
    return _scored(_eligible(user, vacancy, today), reasons)


def unwilling() -> Q:
    """Condition on people: they said they do not want to work."""
    return Q(intention__isnull=False, intention__regex=REFUSES)


def _eligible(user: User, vacancy: Vacancy, today: date) -> QuerySet[Worker]:
    """Those who could come: old enough, not gone, not at work, not refusing, of the sex, age and schooling asked for."""
    at_work = Spell.objects.filter(covering(today), worker=OuterRef("pk"))
    same_post = Referral.objects.filter(
        on_the_way(today), worker=OuterRef("pk"), employer=vacancy.employer_id, job_title=vacancy.job_title
    )
    youngest = max(YOUNGEST, vacancy.wants_age_from or 0)
    rows = (
        Worker.objects.visible_to(user)
        .filter(birth_date__lte=add_months(today, -12 * youngest))
        .exclude(labour_status__in=CANNOT)
        .exclude(unwilling())
        .filter(~Exists(at_work), ~Exists(same_post))
    )
    if vacancy.wants_age_to:
        rows = rows.filter(birth_date__gt=add_months(today, -12 * (vacancy.wants_age_to + 1)))
    if vacancy.wants_sex:
        rows = rows.filter(sex=vacancy.wants_sex)
    if vacancy.wants_school:
        rows = rows.alias(school=_school("education")).filter(Q(school=0) | Q(school__gte=vacancy.wants_school))
    return rows


def fitting_vacancies(user: User, worker: Worker) -> QuerySet[Any, Any]:
    """Open vacancies that fit the person, each job once, with ``score`` and a column for each reason; best first is for the caller."""
    today = localdate()
    skills, wanted = keywords(worker.skill or ""), keywords(worker.wanted_job or "")
    told = worker.intended_place or worker.intention or ""
    offered = Coalesce(F("wage_to"), F("wage_from"))
    wage = worker.expected_wage
    willing = bool(worker.intention) and not re.search(REFUSES, worker.intention or "")
    reasons = {
        "fits_job": _holds("job_title", wanted),
        "fits_skill": _holds("job_title", skills) | _holds("requirement", skills),
        "fits_place": wanted_places(told),
        "fits_wage": Q(offered__gte=wage) if wage is not None else Q(pk__in=()),
        "wants_work": Q(pk__isnull=False) if willing else Q(pk__in=()),
    }
    return _scored(_open_to(user, worker, today).alias(offered=offered), reasons)


def _open_to(user: User, worker: Worker, today: date) -> QuerySet[Vacancy]:
    """Vacancies whose own words do not rule the person out."""
    age = age_on(worker.birth_date, today)
    rank = next(
        (place for place in range(len(SCHOOLS), 0, -1) if re.search(SCHOOLS[place - 1], worker.education or "")), 0
    )
    rows = (
        Vacancy.objects.visible_to(user)
        .open_on(today)
        .filter(~filled(), ~told_later(today, public=False), wants_sex__in=("", worker.sex))
    )
    rows = rows.filter(Q(wants_age_from__isnull=True) | Q(wants_age_from__lte=age))
    rows = rows.filter(Q(wants_age_to__isnull=True) | Q(wants_age_to__gte=age))
    return rows.filter(wants_school__lte=rank) if rank else rows


def wanted_places(told: str) -> Q:
    """Condition on vacancies: they lie where those words say one wants to go (广东、浙江宁波, 省外, 就近); false for none."""
    found, tree = Q(pk__in=()), division_tree()
    for scope, words in SCOPE_WORDS.items():
        if any(word in told for word in words):
            found |= in_scope(scope)
    for word in split_values(told):
        try:
            code = find_place(tree, word)
        except CellFault:
            continue
        if code and not root_division().startswith(code):
            found |= Q(place_code__startswith=code)
    return found


def reasons_of(row: Mapping[str, Any], *, wage: Decimal | None, offered: Decimal | None) -> list[str]:
    """Why the row stands in the list, in sentences short enough for a cell."""
    money = {
        "wage": f"{wage:,.0f}" if wage is not None else "",
        "offer": f"{offered:,.0f}" if offered is not None else "",
    }
    fits = {"fits_job": _("工种"), "fits_skill": _("技能"), "fits_place": _("地区")}
    found = [word for name, word in fits.items() if row[name]]
    told = [_("%(what)s相符") % {"what": "+".join(found)}] if found else []
    if row["fits_wage"]:
        told.append(_("期望 %(wage)s，可到 %(offer)s 元") % money)
    return [*told, _("愿意就业")] if row["wants_work"] else told
