"""Reading what stations have to do today: whom to ask, at which employer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.masking import mask_phone
from employment.models import Employer, Spell
from employment.queries import covering
from stations.areas import inside, service_areas
from stations.models import PlannedVisit, Station
from stations.queries.people import number_to_call
from stations.queries.plans import with_last_day

DUE_FIELDS: Final = (
    "worker_id", "worker__name", "worker__sex", "worker__village_code", "milestone", "due_on", "arrived_on", "last_day",
    "employer_ref", "employer_name", "number", "job", "open_ones",
)  # fmt: skip
NO_EMPLOYER: Final = 0
"""Stands for "no employer known" where employers are told apart by number."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Persons to be asked at one employer (0: none known)."""

    employer_id: int
    name: str
    persons: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class DuePerson:
    """One person to be asked: the milestone that is due, ``overdue`` days after its window (0 or less: within it)."""

    worker_id: int
    name: str
    sex: str
    masked_phone: str
    village_code: str
    employer_id: int
    employer: str
    job_title: str
    milestone: int
    due_on: date
    arrived_on: date
    overdue: int
    late: int
    more: int


def at_work_now(user_today: date, worker: str = "worker_id") -> QuerySet[Any, Any]:
    """The spell that covers the day, of the outer row's person."""
    return Spell.objects.filter(covering(user_today), worker=OuterRef(worker))


def with_employer(rows: QuerySet[Any, Any], today: date) -> QuerySet[Any, Any]:
    """The rows with ``employer_ref``: where the person works now, else where they arrived, else 0."""
    now = at_work_now(today)
    found: QuerySet[Any, Any] = rows.annotate(
        employer_ref=Coalesce(
            Case(
                When(Exists(now), then=Subquery(now.values("employer_id")[:1])),
                default=F("employer_id"),
                output_field=BigIntegerField(),
            ),
            Value(NO_EMPLOYER),
            output_field=BigIntegerField(),
        )
    )
    return found


def due(user: User, today: date) -> QuerySet[Any, Any]:
    """Visits to be made now, one a person: the latest milestone whose window has begun.

    Station staff are asked for those of their stations, others for all persons they see.
    """
    rows = PlannedVisit.objects.to_ask_on(today)
    of_stations = user.scope_kind is ScopeKind.STATIONS
    # Whom their station planned to ask is whom they reach: to ask for the whole reach as well would cost more.
    rows = rows.filter(station__code__in=user.scope_stations) if of_stations else rows.visible_to(user)
    latest = rows.order_by("worker_id", "-due_on").distinct("worker_id").values("pk")
    return PlannedVisit.objects.filter(pk__in=latest)


def due_counts(user: User, today: date) -> tuple[int, int]:
    """(to be asked within their window, overdue) in persons; one query."""
    late = Q(last_day__lt=today)
    found = with_last_day(due(user, today)).aggregate(
        within=Count("pk", filter=~late), overdue=Count("pk", filter=late)
    )
    return found["within"], found["overdue"]


def due_groups(rows: QuerySet[Any, Any], today: date) -> list[Group]:
    """How many of the rows at which employer: most overdue first, then the longest due. Two queries."""
    counted = (
        with_last_day(with_employer(rows, today))
        .values("employer_ref")
        .annotate(persons=Count("pk"), overdue=Count("pk", filter=Q(last_day__lt=today)), oldest=Min("last_day"))
        .order_by("-overdue", "oldest", "employer_ref")
    )
    found = list(counted)
    names = employer_names(row["employer_ref"] for row in found)
    return [
        Group(
            employer_id=row["employer_ref"],
            name=names.get(row["employer_ref"], ""),
            persons=row["persons"],
            overdue=row["overdue"],
        )
        for row in found
    ]


def employer_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of employers by number. One query."""
    return dict(Employer.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def first_groups(groups: Sequence[Group], most: int) -> list[Group]:
    """As many whole groups from the front as hold at most ``most`` persons together; the first one always."""
    held, taken = 0, 0
    for group in groups:
        held += group.persons
        if taken and held > most:
            break
        taken += 1
    return list(groups[:taken])


def due_people(rows: QuerySet[Any, Any], today: date, employers: Sequence[int], most: int) -> list[DuePerson]:
    """The first ``most`` of the rows at those employers, longest overdue first, ready to show. One query."""
    now = at_work_now(today)
    others: QuerySet[Any, Any] = PlannedVisit.objects.to_ask_on(today).filter(worker=OuterRef("worker_id"))
    found = (
        with_last_day(with_employer(rows, today))
        .filter(employer_ref__in=employers)
        .annotate(
            employer_name=Subquery(Employer.objects.filter(pk=OuterRef("employer_ref")).values("name")),
            number=number_to_call("worker_id", "worker__phone"),
            job=Coalesce(Subquery(now.values("job_title")[:1]), F("job_title"), output_field=TextField()),
            open_ones=Subquery(others.order_by().values("worker_id").annotate(n=Count("pk")).values("n")),
        )
        .order_by("last_day", "worker__name_key", "worker_id")
        .values(*DUE_FIELDS)[:most]
    )
    return [_person(row, today) for row in found]


def _person(row: dict[str, Any], today: date) -> DuePerson:
    return DuePerson(
        worker_id=row["worker_id"],
        name=row["worker__name"],
        sex=row["worker__sex"],
        masked_phone=mask_phone(row["number"]),
        village_code=row["worker__village_code"],
        employer_id=row["employer_ref"],
        employer=row["employer_name"] or "",
        job_title=row["job"],
        milestone=row["milestone"],
        due_on=row["due_on"],
        arrived_on=row["arrived_on"],
        overdue=(today - row["last_day"]).days,
        late=(today - row["due_on"]).days,
        more=row["open_ones"] - 1,
    )


def employers_followed(user: User, today: date, most: int) -> list[dict[str, Any]]:
    """Employers with persons the user follows: how many work there, how many are to be asked, most to ask first.

    For station staff those in the service area, for others those of persons with a plan. Four queries.
    """
    spells: QuerySet[Any, Any] = Spell.objects.visible_to(user).filter(covering(today), employer__isnull=False)
    if user.scope_kind is ScopeKind.STATIONS:
        spells = spells.filter(inside(service_areas(Station.objects.visible_to(user)), "place_code"))
    else:
        spells = spells.filter(Exists(PlannedVisit.objects.filter(worker=OuterRef("worker_id"))))
    rows: QuerySet[Any, Any] = spells.values("employer_id", "employer__name", "employer__place_code").annotate(
        persons=Count("pk"), confirmed=Max("confirmed_to")
    )
    asked = {group.employer_id: group.persons for group in due_groups(due(user, today), today)}
    found = list(rows.order_by("-persons", "employer__name", "employer_id")[:most])
    for row in found:
        row["due"] = asked.get(row["employer_id"], 0)
    return sorted(found, key=lambda row: -row["due"])


def people_at(user: User, employer_id: int, today: date, most: int) -> list[dict[str, Any]]:
    """Persons of the user's who work at the employer now, with the milestone that is due, those first. One query.

    Of more than ``most`` those whom nobody has confirmed for longest: a round begun again goes on where the last one ended.
    """
    open_ones: QuerySet[Any, Any] = PlannedVisit.objects.to_ask_on(today).filter(worker=OuterRef("worker_id"))
    rows: QuerySet[Any, Any] = Spell.objects.visible_to(user).filter(covering(today), employer=employer_id)
    found = (
        rows.annotate(milestone=Subquery(open_ones.order_by("-due_on").values("milestone")[:1]))
        .order_by(F("milestone").asc(nulls_last=True), "confirmed_to", "worker_id")
        .values("worker_id", "worker__name", "worker__name_key", "worker__village_code", "start_on", "milestone")
    )
    no_milestone = (True, 0)
    return sorted(
        found[:most],
        key=lambda row: (
            (False, row["milestone"]) if row["milestone"] else no_milestone,
            row["worker__name_key"],
            row["worker_id"],
        ),
    )
