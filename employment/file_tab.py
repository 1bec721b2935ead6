"""务工经历 in a person's file: spells, what is to be found out, and the evidence behind them, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.details import DetailScreen, Tab
from core.web.lists import Row
from core.web.lists.table import table_rows
from core.web.texts import Text
from employment.endings import tell_endings
from employment.evidence import evidence_of, page_of
from employment.filters import END_WORDS, SOURCE_WORDS
from employment.models import Employer, Organiser, Spell, SpellTask
from employment.organisers.queries import takers_of
from employment.queries import place_names
from employment.spells import Arrival, Declared, Evidence, Source, Visit
from employment.tables import CAREER_COLUMNS, fields_of
from employment.task_words import task_said
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker

BADGES: Final = {Source.DECLARED: "blue", Source.TRIP: "green", Source.REFERRAL: "green", Source.VISIT: "purple"}


@dataclass(frozen=True)
class Piece:
    """One piece of evidence, ready to show."""

    on: date
    kind: Source
    text: str
    url: str

    @property
    def word(self) -> Text:
        """What it is."""
        return SOURCE_WORDS[self.kind.value]

    @property
    def colour(self) -> str:
        """The colour of its badge."""
        return BADGES[self.kind]


@dataclass(frozen=True)
class Taker:
    """Who took the person out for a job; ``url`` is "" for one whose page the reader may not open."""

    name: str = ""
    url: str = ""


NOBODY: Final = Taker()


def takers_for(user: User, worker_id: int, today: date) -> dict[int, Taker]:
    """Job spell → who took the person out for it first. Two queries at most."""
    found = takers_of([worker_id], today)
    ids = {pk for pk, _name in found.values()}
    seen = set(Organiser.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return {
        spell: Taker(name, reverse("employment:organiser", args=[pk]) if pk in seen else "")
        for spell, (pk, name) in found.items()
    }


def work(screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """Spells, tasks and evidence of one person."""
    spells = Spell.objects.filter(worker=worker).order_by("-start_on")
    rows: list[Row] = list(spells.values(*fields_of(CAREER_COLUMNS)))
    evidence = evidence_of([worker.pk]).get(worker.pk, [])
    places = place_names({row["place_code"] for row in rows} | {_place(piece) for piece in evidence})
    tell_endings(rows)
    today, may_edit = localdate(), screen.user.can("employment.edit")
    takers = takers_for(screen.user, worker.pk, today)
    for row in rows:
        row["places"] = places
        row["taker"] = takers.get(row["pk"], NOBODY)
        row["now"] = row["start_on"] <= today and (row["end_on"] is None or row["end_on"] > today)
    return {
        "columns": CAREER_COLUMNS,
        "table": table_rows(rows, CAREER_COLUMNS, lambda _row: "", picks=False),
        "caption": _("就业记录"),
        "tasks": [
            (
                {**task, "reason": task_said(task["reason"])},
                page_of(task["kind"], task["source_id"]) if may_edit else "",
            )
            for task in SpellTask.objects.filter(worker=worker)
            .order_by("-day")
            .values("day", "reason", "kind", "source_id")
        ],
        "wages": wages_told(evidence, rows),
        "pieces": _pieces(evidence, places, linked=may_edit),
        "new_url": f"{reverse('employment:new_job')}?worker={worker.pk}" if may_edit else "",
    }


@dataclass(frozen=True)
class WageTold:
    """A wage somebody told of, yuan a month; ``change`` against the one told before, ``None`` for the first."""

    on: date
    kind: Source
    wage: Decimal
    change: Decimal | None
    firm: str

    @property
    def word(self) -> Text:
        """What it was told in."""
        return SOURCE_WORDS[self.kind.value]


def wages_told(evidence: Iterable[Evidence], spells: Iterable[Row] = ()) -> list[WageTold]:
    """Wages of 务工台账 (told when it was last confirmed) and visits, in order of days. One query for the employers.

    A visit seldom names the employer: it is that of the spell of its day (``start_on end_on employer__name``).
    """
    spells = list(spells)
    rows: list[tuple[date, int, Declared | Visit, Source, Decimal]] = []
    for one in evidence:
        if isinstance(one, Declared) and one.wage is not None:
            rows.append((max(one.start, one.confirmed_to or one.start), 0, one, Source.DECLARED, one.wage))
        elif isinstance(one, Visit) and one.wage is not None:
            rows.append((one.day, 1, one, Source.VISIT, one.wage))
    rows.sort(key=lambda row: (row[0], row[1], row[2].source_id))
    firms = _firms(row[2] for row in rows)
    told: list[WageTold] = []
    for on, _rank, one, kind, wage in rows:
        firm = firms.get(one.employer_key, "") if isinstance(one.employer_key, int) else _at_work(spells, on)
        told.append(WageTold(on, kind, wage, wage - told[-1].wage if told else None, firm))
    return told


def _at_work(spells: Iterable[Row], on: date) -> str:
    """Where the person worked that day, "" where nobody said."""
    names = (
        row["employer__name"] for row in spells if row["start_on"] <= on and not (row["end_on"] and row["end_on"] <= on)
    )
    return next(names, "") or ""


def _firms(evidence: Iterable[Evidence]) -> dict[int, str]:
    keys = {piece.employer_key for piece in evidence if isinstance(piece.employer_key, int)}
    return dict(Employer.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


def _place(piece: Evidence) -> str:
    return "" if isinstance(piece, Visit) else piece.place or ""


def _pieces(evidence: Iterable[Evidence], places: dict[str, str], *, linked: bool) -> list[Piece]:
    evidence = list(evidence)
    firms = _firms(evidence)
    found = [_piece(one, places, firms, linked=linked) for one in evidence]
    return sorted(found, key=lambda piece: piece.on, reverse=True)


def _piece(one: Evidence, places: dict[str, str], firms: dict[int, str], *, linked: bool) -> Piece:
    firm = firms.get(one.employer_key, "") if isinstance(one.employer_key, int) else ""
    if isinstance(one, Declared):
        until = __("至%(day)s") % {"day": one.end} if one.end else __("起")
        kind, on, words = Source.DECLARED, one.start, [f"{one.start}{until}", places.get(_place(one), ""), firm]
    elif isinstance(one, Arrival):
        kind, on, words = (
            Source(one.kind.value),
            one.day,
            [__("到岗"), places.get(_place(one), ""), firm, one.natural_key],
        )
    else:
        kind, on, words = Source.VISIT, one.day, [str(one.status), firm, one.station_code]
    return Piece(on, kind, " · ".join(word for word in words if word), page_of(kind, one.source_id) if linked else "")


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """The days jobs began and ended."""
    spells = list(Spell.objects.filter(worker=worker).select_related("employer").order_by("start_on"))
    places = place_names({spell.place_code for spell in spells})
    for spell in spells:
        firm = spell.employer.name if spell.employer else ""
        where = " ".join(word for word in (places.get(spell.place_code, ""), firm) if word)
        yield Happening(on=spell.start_on, title=_("开始务工"), text=where)
        if spell.end_on and spell.end_reason != "succeeded":
            reason = str(END_WORDS.get(spell.end_reason, ""))
            yield Happening(
                on=spell.end_on, title=_("结束务工"), text=" ".join(word for word in (where, reason) if word)
            )


def register() -> None:
    """Add the tab and the happenings to the person's file."""
    tab = Tab("work", _("务工经历"), "employment/work_tab.html", work, permission="employment.view")
    register_tab(FileTab(tab=tab, order=25))
    register_happenings(HappeningSource(name="employment", find=happenings, permission="employment.view"))


def job_url(job_id: int) -> str:
    """Where a row of 务工台账 is corrected."""
    return reverse("employment:job", args=[job_id])
