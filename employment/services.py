"""Acts of employment: keeping employers, writing down who works where since when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.divisions.queries import root_division
from core.errors import Conflict, DomainError, NotFound
from core.formats.credit_code import credit_code_notice
from core.formats.values import CHANNEL, ORGANISER_KIND
from core.history.services import operation
from employment.access import locked_worker, may_edit
from employment.arrivals import arrived_at
from employment.models import DeclaredJob, Employer, EmployerAlias, Organiser
from employment.names import Bare, bare
from employment.organisers.rules import channel_with
from employment.queries import COUNTY, PROVINCE
from employment.rebuilding import rebuild_spells
from employment.spells import declared_overlaps
from workers.models import Worker

SAME_NAME: Final = "已有同名单位，请填写统一社会信用代码加以区分。"


@dataclass(frozen=True, kw_only=True)
class EmployerFacts:
    """What is kept of an employer (formats.md §1.1 ``employers``); ``size`` in persons."""

    name: str
    place_code: str
    credit_code: str | None = None
    industry: str = ""
    size: int | None = None
    contact: str = ""
    phone: str = ""
    key_employer: bool = False


@dataclass(frozen=True, kw_only=True)
class JobFacts:
    """What somebody says of a job (formats.md §1.1 ``employments``); ``wage`` yuan a month.

    ``end_on`` is the first day no longer there, ``organiser`` who took the person out.
    """

    start_on: date
    place_code: str
    end_on: date | None = None
    end_reason: str = ""
    employer: Employer | None = None
    job_title: str = ""
    wage: Decimal | None = None
    channel: str = ""
    organiser: Organiser | None = None
    contract: bool | None = None
    insured: bool | None = None
    confirmed_on: date | None = None


class _Interval(NamedTuple):
    start: date
    end: date | None


def save_employer(*, user: User, facts: EmployerFacts, employer: Employer | None = None) -> Employer:
    """Register an employer, or change one; a stub is complete afterwards.

    Raises ``DomainError`` for a blank name or place and for a new credit code with a wrong check, ``Conflict`` when the
    code, or the name without a code, is another employer's.
    """
    may_edit(user)
    _check_employer(facts, employer)
    with operation(user=user, action="employers.edit" if employer else "employers.create"), _told_apart():
        if employer is None:
            return Employer.objects.create(**vars(facts))
        Employer.objects.filter(pk=employer.pk).update(**vars(facts), stub=False, updated_at=Now())
        rebuild_spells(worker_ids=arrived_at([employer.pk]))
    employer.refresh_from_db()
    return employer


def employer_named(*, user: User, name: str) -> Employer:
    """The employer of that name; one nobody knows is stored as a stub to complete (formats.md §1)."""
    may_edit(user)
    found = employer_known_as(name)
    if found is not None:
        return found
    with operation(user=user, action="employers.stub"):
        return Employer.objects.get_or_create(name=name, credit_code=None, defaults={"stub": True})[0]


def employer_known_as(name: str) -> Employer | None:
    """The employer of that name, one without a code first; else the one kept when such a one was merged into it."""
    written_so = Case(When(name=name, then=0), default=1)
    known = Employer.objects.alias(bare=Bare("name")).filter(bare=bare(name))
    known = known.order_by(F("credit_code").asc(nulls_first=True), written_so, "pk")
    once = EmployerAlias.objects.alias(bare=Bare("name")).filter(bare=bare(name))
    return known.first() or Employer.objects.filter(aliases__in=once).order_by("-aliases__pk").first()


def _check_employer(facts: EmployerFacts, stored: Employer | None) -> None:
    if not facts.name:
        raise DomainError("required", "请填写企业名称。", "name")
    if not facts.place_code:
        raise DomainError("required", "请填写企业所在地。", "place_code")
    code = facts.credit_code
    if not code and (stored is None or bare(stored.name) != bare(facts.name)):
        like = Employer.objects.alias(bare=Bare("name")).filter(bare=bare(facts.name), credit_code=None)
        if like.exists():
            raise Conflict("duplicate", SAME_NAME, "name")
    if code and (stored is None or stored.credit_code != code) and (notice := credit_code_notice(code)):
        raise DomainError("credit_code", f"{notice.message}。", "credit_code")


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "employer_credit_code_once" in str(error):
            raise Conflict("duplicate", "该统一社会信用代码已登记在另一家单位名下。", "credit_code") from error
        if "employer_name_once_without_code" in str(error):
            raise Conflict("duplicate", SAME_NAME, "name") from error
        raise


def declare_job(*, user: User, worker_id: int, facts: JobFacts) -> DeclaredJob:
    """Write down a row of 务工台账 and derive the person's spells anew.

    Raises ``NotFound`` for a person outside the user's scope, ``DomainError`` for values that cannot be, ``Conflict``
    (``overlap``) where the row begins before a written end of an earlier start (formats.md §1.4 rule 1).
    """
    may_edit(user)
    facts = _checked(facts)
    with operation(user=user, action="employment.declare"):
        worker = locked_worker(user, worker_id)
        _fits(worker, facts)
        with _no_overlap():
            job = DeclaredJob.objects.create(worker=worker, **vars(facts))
        rebuild_spells(worker_ids=[worker.pk])
    return job


def change_job(*, user: User, job: DeclaredJob, facts: JobFacts) -> DeclaredJob:
    """Correct a row of 务工台账 and derive the person's spells anew; refusals as of ``declare_job``."""
    may_edit(user)
    facts = _checked(facts)
    with operation(user=user, action="employment.correct"):
        worker = locked_worker(user, job.worker_id)
        _fits(worker, facts, instead_of=job)
        with _no_overlap():
            changed = DeclaredJob.objects.filter(pk=job.pk).update(**vars(facts), overlapping=False, updated_at=Now())
        if not changed:
            raise NotFound("gone", "这条务工记录已被删除。")
        rebuild_spells(worker_ids=[worker.pk])
    job.refresh_from_db()
    return job


def withdraw_job(*, user: User, job: DeclaredJob, reason: str) -> None:
    """Take a row of 务工台账 back that was never true; its history stays. Withdrawing twice changes nothing more."""
    may_edit(user)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="employment.withdraw", reason=reason.strip()[:200]):
        worker = locked_worker(user, job.worker_id)
        DeclaredJob.objects.filter(pk=job.pk).delete()
        rebuild_spells(worker_ids=[worker.pk])


def _checked(facts: JobFacts) -> JobFacts:
    """The facts with the 组织方式 that goes with who took the person out; raises ``DomainError``."""
    _check_job(facts)
    if (organiser := facts.organiser) is None:
        return facts
    channel = channel_with(organiser.kind, facts.channel)
    if facts.channel not in {"", channel}:
        word = ORGANISER_KIND.label(organiser.kind)
        raise DomainError("choice", f"由{word}带出的，组织方式应为“{channel}”、政府组织或协作站推荐。", "channel")
    if not organiser.in_use_on(facts.start_on):
        raise DomainError("date", f"“{organiser.name}”已于{organiser.ended_on}终止，之后不能再带人外出。", "organiser")
    return replace(facts, channel=channel)


def _check_job(facts: JobFacts) -> None:
    today = timezone.localdate()
    for field, day, label in (
        ("start_on", facts.start_on, "外出时间"),
        ("end_on", facts.end_on, "返回时间"),
        ("confirmed_on", facts.confirmed_on, "最近确认日期"),
    ):
        if day is not None and day > today:
            raise DomainError("date", f"{label}不能晚于今天。", field)
    if facts.end_on is not None and facts.end_on <= facts.start_on:
        raise DomainError("date", "返回时间应晚于外出时间（返回时间是不再在岗的第一天）。", "end_on")
    if not facts.place_code:
        raise DomainError("required", "请填写务工地。", "place_code")
    if facts.place_code.startswith(root_division()[:PROVINCE]) and len(facts.place_code) < COUNTY:
        raise DomainError("required", "在本省务工的，务工地请填写到县（区）。", "place_code")
    if facts.channel and facts.channel not in CHANNEL.codes:
        raise DomainError("choice", f"组织方式“{facts.channel}”不在可选范围内。", "channel")
    if facts.wage is not None and facts.wage < 0:
        raise DomainError("number", "月工资不能为负数。", "wage")


def _fits(worker: Worker, facts: JobFacts, instead_of: DeclaredJob | None = None) -> None:
    others = DeclaredJob.objects.filter(worker=worker).exclude(pk=instead_of.pk if instead_of else 0)
    stored = [_Interval(start, end) for start, end in others.values_list("start_on", "end_on")]
    if any(other.start == facts.start_on for other in stored):
        raise Conflict("duplicate", f"此人{facts.start_on}外出的记录已经登记，请修改那一条。", "start_on")
    met = declared_overlaps([_Interval(facts.start_on, facts.end_on)], stored).get(0)
    if met is not None:
        until = f"至{met.end}" if met.end else "起"
        raise Conflict("overlap", f"与已登记的{met.start}{until}的务工记录重叠，请核对外出时间和返回时间。", "start_on")


@contextmanager
def _no_overlap() -> Iterator[None]:
    """The constraint's own refusal, should a writer come that does not lock the person."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "declared_job_" in str(error):
            raise Conflict("overlap", "此人在这段时间已有另一条务工记录。", "start_on") from error
        raise
