"""Acts on organisers: registering them, and writing down whom they took out."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.divisions.models import Division
from core.errors import Conflict, DomainError, NotFound
from core.formats.credit_code import credit_code_notice
from core.formats.values import ORGANISER_KIND, ORGANISER_LEVEL
from core.history.services import operation
from employment.access import locked_worker, may_edit
from employment.models import DeclaredJob, Employer, Organiser
from employment.models.organisers import BROKER
from employment.organisers.rules import channel_with
from employment.organisers.taken import claim_named
from employment.rebuilding import rebuild_spells
from employment.services import JobFacts, declare_job
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class OrganiserFacts:
    """What is kept of an organiser; ``place_code`` its home, ``worker`` the person a broker is."""

    name: str
    kind: str
    place_code: str
    level: str = ""
    credit_code: str | None = None
    licence_no: str = ""
    licence_until: date | None = None
    worker: Worker | None = None
    phone: str = ""
    recognised_on: date | None = None
    ended_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenFacts:
    """When, where to and for what somebody was taken out."""

    out_on: date
    place_code: str
    employer: Employer | None = None
    job_title: str = ""


def save_organiser(*, user: User, facts: OrganiserFacts, organiser: Organiser | None = None) -> Organiser:
    """Register an organiser, or correct what is kept of one; journeys under its name become its own.

    Raises ``DomainError`` for values that cannot be, ``NotFound`` for an organiser, home or person outside the user's
    area, ``Conflict`` where the credit code, the person or the bare name is another organiser's.
    """
    may_edit(user)
    _check(user, facts, organiser)
    with operation(user=user, action="organisers.edit" if organiser else "organisers.create"):
        if organiser is not None:
            organiser = _locked(user, organiser.pk)
            if organiser.kind != facts.kind and organiser.jobs.exists():
                raise Conflict("state", "已有带出人员，类型不能再改；登记错了的请另行登记。", "kind")
        _told_apart(facts, organiser)
        if organiser is None:
            organiser = Organiser.objects.create(**vars(facts))
        else:
            Organiser.objects.filter(pk=organiser.pk).update(**vars(facts), updated_at=Now())
        claim_named([facts.name])
    organiser.refresh_from_db()
    return organiser


def take_out(*, user: User, organiser: Organiser, worker_id: int, facts: TakenFacts) -> DeclaredJob:
    """Write down that an organiser took a person out: on the job that begins that day, or on a new one.

    What a stored job says stays; its 组织方式 follows the organiser unless the state or a station organised it. Naming the
    same organiser twice changes nothing. Raises ``NotFound`` outside the user's area, ``Conflict`` (``duplicate``) where
    another organiser is named already, else as ``employment.services.declare_job``.
    """
    may_edit(user)
    if not Organiser.objects.visible_to(user).filter(pk=organiser.pk).exists():
        raise NotFound("organiser", "没有找到这个带头人或机构，或它不在您的管辖范围内。", "organiser")
    with transaction.atomic():
        worker = locked_worker(user, worker_id)
        job = DeclaredJob.objects.select_related("organiser").filter(worker=worker, start_on=facts.out_on).first()
        if job is None:
            told = JobFacts(
                start_on=facts.out_on,
                place_code=facts.place_code,
                employer=facts.employer,
                job_title=facts.job_title,
                organiser=organiser,
            )
            return declare_job(user=user, worker_id=worker.pk, facts=told)
        _name_on(user, job, organiser)
    job.refresh_from_db()
    return job


def _name_on(user: User, job: DeclaredJob, organiser: Organiser) -> None:
    """Name the organiser on a stored job of a locked person."""
    if job.organiser is not None and job.organiser_id != organiser.pk:
        said = f"此人{job.start_on}外出已登记由“{job.organiser.name}”带出，有误请先更正那条务工记录。"
        raise Conflict("duplicate", said, "worker")
    if not organiser.in_use_on(job.start_on):
        raise DomainError("date", f"“{organiser.name}”已于{organiser.ended_on}终止，之后不能再带人外出。", "out_on")
    channel = channel_with(organiser.kind, job.channel)
    if (job.organiser_id, job.channel) == (organiser.pk, channel):
        return
    with operation(user=user, action="organisers.take_out"):
        DeclaredJob.objects.filter(pk=job.pk).update(organiser=organiser, channel=channel, updated_at=Now())
        rebuild_spells(worker_ids=[job.worker_id])


def _locked(user: User, pk: int) -> Organiser:
    seen = Organiser.objects.changeable_by(user).filter(pk=pk).exists()
    stored = Organiser.objects.select_for_update(no_key=True).filter(pk=pk).first() if seen else None
    if stored is None:
        raise NotFound("organiser", "没有找到这个带头人或机构，或它不由您维护。")
    return stored


def _told_apart(facts: OrganiserFacts, stored: Organiser | None) -> None:
    """Look whether another one is known by the same; where two look at once a constraint speaks (core.history.collisions)."""
    others = Organiser.objects.exclude(pk=stored.pk if stored else 0)
    if facts.credit_code and others.filter(credit_code=facts.credit_code).exists():
        raise Conflict("duplicate", "该统一社会信用代码已登记为另一家机构。", "credit_code")
    if facts.worker is not None and others.filter(worker=facts.worker).exists():
        raise Conflict("duplicate", "此人已登记为劳务经纪人。", "worker")
    bare = others.filter(kind=facts.kind, name=facts.name, credit_code__isnull=True, worker__isnull=True)
    if not facts.credit_code and facts.worker is None and bare.exists():
        raise Conflict("duplicate", "已有同名的带头人或机构，请填写信用代码或选定本人档案加以区分。", "name")


def _check(user: User, facts: OrganiserFacts, stored: Organiser | None) -> None:
    if not facts.name.strip():
        raise DomainError("required", "请填写名称。", "name")
    if facts.kind not in ORGANISER_KIND:
        raise DomainError("choice", "没有这种带头人或机构类型。", "kind")
    _check_broker_or_firm(facts)
    _check_home(user, facts)
    _check_person(user, facts, stored)
    code = facts.credit_code
    if code and (stored is None or stored.credit_code != code) and (notice := credit_code_notice(code)):
        raise DomainError("credit_code", f"{notice.message}。", "credit_code")
    if facts.recognised_on is not None and facts.recognised_on > timezone.localdate():
        raise DomainError("date", "认定日期不能晚于今天。", "recognised_on")
    if facts.recognised_on is not None and facts.ended_on is not None and facts.ended_on <= facts.recognised_on:
        raise DomainError("date", "终止日期应晚于认定日期。", "ended_on")


def _check_broker_or_firm(facts: OrganiserFacts) -> None:
    broker = facts.kind == BROKER
    if facts.level and (not broker or facts.level not in ORGANISER_LEVEL):
        raise DomainError("choice", "级别为省级、市级或县级，只有劳务经纪人分级别。", "level")
    for field in ("credit_code", "licence_no", "licence_until"):
        if broker and getattr(facts, field):
            raise DomainError("choice", "劳务经纪人是个人，没有信用代码和许可证。", field)
    if facts.worker is not None and not broker:
        raise DomainError("choice", "只有劳务经纪人可以选定本人档案。", "worker")
    if facts.licence_until is not None and not facts.licence_no:
        raise DomainError("required", "填写许可证有效期时，请同时填写许可证号。", "licence_no")


def _check_home(user: User, facts: OrganiserFacts) -> None:
    if not facts.place_code:
        raise DomainError("required", "请填写所在地。", "place_code")
    if not Division.objects.filter(code=facts.place_code).exists():
        raise DomainError("division_unknown", "没有这个行政区划。", "place_code")
    if not Organiser(place_code=facts.place_code).kept_by(user):
        raise NotFound("out_of_scope", "这个所在地不在您的管辖范围内。", "place_code")


def _check_person(user: User, facts: OrganiserFacts, stored: Organiser | None) -> None:
    if facts.worker is None or (stored is not None and stored.worker_id == facts.worker.pk):
        return
    if not Worker.objects.visible_to(user).filter(pk=facts.worker.pk).exists():
        raise NotFound("worker", "没有找到这个人，或此人不在您的管辖范围内。", "worker")
