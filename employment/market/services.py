"""Acts of the market: keeping vacancies and fairs, verifying, closing, and bringing people to jobs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed
from core.formats.values import FAIR_FORM, FAIR_ORGANISER, VACANCY_SOURCE
from core.history.services import operation
from employment.access import locked_worker
from employment.market.process import AT_POST, RECOMMENDED, SIGNED, apart, in_order, pass_gate
from employment.market.queries import filled, on_the_way, signed_at_stand, taken
from employment.models import Employer, Fair, FairBooth, Referral, Spell, Vacancy
from employment.queries import covering
from employment.rebuilding import rebuild_spells
from workers.models import Worker

USUAL_DAYS: Final = 30
MOST_AT_ONCE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class VacancyFacts:
    """What is kept of a vacancy (formats.md §1.1 ``vacancies``); wages yuan a month, ``valid_until`` the last day."""

    employer: Employer
    place_code: str
    job_title: str
    openings: int
    source: str
    collected_on: date
    valid_until: date | None = None
    wage_from: Decimal | None = None
    wage_to: Decimal | None = None
    requirement: str = ""
    board: str = ""
    insurance: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class FairFacts:
    """What is kept of a fair (formats.md §1.1 ``fairs``); one that is planned lies ahead."""

    code: str
    name: str
    held_on: date
    form: str
    organiser: str
    venue: str = ""
    visitors: int | None = None
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class BoothFacts:
    """One post of one employer at a fair; wages yuan a month."""

    employer: Employer
    job_title: str
    openings: int
    wage_from: Decimal | None = None
    wage_to: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Post:
    """What somebody is brought to: a post of an employer, at a fair or by a vacancy."""

    employer: Employer
    job_title: str = ""
    fair: Fair | None = None
    vacancy: Vacancy | None = None

    @property
    def key(self) -> dict[str, Any]:
        """The fields by which the steps of one process are told from others."""
        return {"employer": self.employer, "job_title": self.job_title, "fair": self.fair}


def save_vacancy(*, user: User, facts: VacancyFacts, vacancy: Vacancy | None = None) -> Vacancy:
    """Write a vacancy down, or mend one; without ``valid_until`` it is valid 30 days.

    ``Conflict`` (``duplicate``) where the same employer, post, place, day and source is there already.
    """
    _may(user, "vacancies.edit", "您没有维护岗位的权限。")
    _check_vacancy(facts)
    until = facts.valid_until or facts.collected_on + timedelta(days=USUAL_DAYS)
    values = {**vars(facts), "valid_until": until}
    with operation(user=user, action="vacancies.edit" if vacancy else "vacancies.create"), _once("vacancy_once"):
        if vacancy is None:
            # Whoever works for the county and writes a vacancy down has asked the employer.
            return Vacancy.objects.create(**values, checked=True, checked_on=localdate())
        Vacancy.objects.filter(pk=vacancy.pk).update(**values, updated_at=Now())
    vacancy.refresh_from_db()
    return vacancy


def check_vacancies(*, user: User, rows: QuerySet[Vacancy], true: bool) -> int:
    """Say of vacancies that the employer was asked and they are real, or not; how many that changed."""
    _may(user, "vacancies.edit", "您没有维护岗位的权限。")
    with operation(user=user, action="vacancies.verify" if true else "vacancies.refute"):
        chosen = Vacancy.objects.visible_to(user).filter(pk__in=rows.order_by().values("pk")).exclude(checked=true)
        return chosen.update(checked=true, checked_on=localdate(), updated_at=Now())


def close_vacancy(*, user: User, vacancy: Vacancy, reason: str) -> None:
    """Take a vacancy off: it is filled or withdrawn. Closing twice changes nothing more."""
    _may(user, "vacancies.edit", "您没有维护岗位的权限。")
    if not reason.strip():
        raise DomainError("required", "请写明下架原因，如“已招满”。", "reason")
    with operation(user=user, action="vacancies.close", reason=reason.strip()[:200]):
        Vacancy.objects.filter(pk=vacancy.pk, closed_on__isnull=True).update(
            closed_on=localdate(), closed_reason=reason.strip()[:200], updated_at=Now()
        )


def reopen_vacancy(*, user: User, vacancy: Vacancy) -> None:
    """Put a vacancy back that was taken off by mistake."""
    _may(user, "vacancies.edit", "您没有维护岗位的权限。")
    with operation(user=user, action="vacancies.reopen"):
        Vacancy.objects.filter(pk=vacancy.pk).update(closed_on=None, closed_reason="", updated_at=Now())


def save_fair(*, user: User, facts: FairFacts, fair: Fair | None = None) -> Fair:
    """Plan or register a fair, or change one; ``Conflict`` (``duplicate``) for a number that is taken."""
    _may(user, "fairs.edit", "您没有维护招聘会的权限。")
    if not facts.code or not facts.name:
        raise DomainError("required", "请填写招聘会编号和名称。", "name" if facts.code else "code")
    if facts.form not in FAIR_FORM.codes or facts.organiser not in FAIR_ORGANISER.codes:
        raise DomainError("choice", "形式或主办方不在可选范围内。", "form")
    with operation(user=user, action="fairs.edit" if fair else "fairs.create"), _once("employment_fair_code"):
        if fair is None:
            return Fair.objects.create(**vars(facts))
        Fair.objects.filter(pk=fair.pk).update(**vars(facts), updated_at=Now())
    fair.refresh_from_db()
    return fair


def call_off_fair(*, user: User, fair: Fair, off: bool) -> None:
    """Cancel a fair, or hold it after all. One where people were registered is not cancelled (``Conflict``)."""
    _may(user, "fairs.edit", "您没有维护招聘会的权限。")
    with operation(user=user, action="fairs.cancel" if off else "fairs.restore"):
        if off and Referral.objects.filter(fair=fair).exists():
            raise Conflict("held", "这场招聘会已有求职登记，不能取消。")
        Fair.objects.filter(pk=fair.pk).update(cancelled=off, updated_at=Now())


def save_booth(*, user: User, fair: Fair, facts: BoothFacts) -> FairBooth:
    """Register a post of an employer at a fair; ``Conflict`` (``duplicate``) where it stands there already."""
    _may(user, "fairs.edit", "您没有维护招聘会的权限。")
    _check_post(facts.job_title, facts.openings, facts.wage_from, facts.wage_to)
    with operation(user=user, action="fairs.booth"), _once("booth_once"):
        return FairBooth.objects.create(fair=fair, **vars(facts))


def correct_booth(*, user: User, booth: FairBooth, facts: BoothFacts) -> FairBooth:
    """Correct a post of a fair; refusals as of ``save_booth``. People written down there stay with what they were told."""
    _may(user, "fairs.edit", "您没有维护招聘会的权限。")
    _check_post(facts.job_title, facts.openings, facts.wage_from, facts.wage_to)
    with operation(user=user, action="fairs.edit_booth"), _once("booth_once"):
        FairBooth.objects.filter(pk=booth.pk).update(**vars(facts), updated_at=Now())
    booth.refresh_from_db()
    return booth


def remove_booth(*, user: User, booth: FairBooth, reason: str) -> None:
    """Take a post of a fair back that was never there; ``Conflict`` where people were written down for it."""
    _may(user, "fairs.edit", "您没有维护招聘会的权限。")
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="fairs.remove_booth", reason=reason.strip()[:200]):
        there = Referral.objects.filter(fair=booth.fair_id, employer=booth.employer_id, job_title=booth.job_title)
        if there.exists():
            raise Conflict("held", "已有人在这里求职登记，不能删除。")
        FairBooth.objects.filter(pk=booth.pk).delete()


def record_step(*, user: User, worker_id: int, post: Post, result: str, day: date, beyond: bool = False) -> Referral:
    """Take a step of bringing a person to a post; a 到岗 derives the person's spells anew. Twice the same is one.

    Nobody signs for a place that is taken unless the employer takes more (``beyond``): ``Conflict`` (``full``). Raises
    ``NotFound`` for a person outside the user's scope, what ``pass_gate`` raises for a step that cannot follow.
    """
    _may(user, "referrals.edit", "您没有登记求职的权限。")
    with operation(user=user, action="referrals.step"):
        worker = locked_worker(user, worker_id)
        before = in_order(Referral.objects.filter(worker=worker, **_same(post)))
        taken = pass_gate(before, result, day)
        if taken is not None:
            return taken
        goes_on = _going_on(post, before, day)
        vacancy = post.vacancy or next((step.vacancy for step in reversed(goes_on) if step.vacancy_id), None)
        if result == SIGNED and not beyond:
            _check_room(post, vacancy)
        step = Referral.objects.create(
            worker=worker,
            **post.key,
            result=result,
            happened_on=day,
            vacancy=vacancy,
            place_code=vacancy.place_code if vacancy else "",
        )
        if result == AT_POST:
            rebuild_spells(worker_ids=[worker.pk])
    return step


def _going_on(post: Post, before: Sequence[Referral], day: date) -> Sequence[Referral]:
    """The steps so far of the process that a step on ``day`` belongs to; none where it begins another one.

    ``Conflict`` (``step``) for another one of somebody who came to the post and is there still.
    """
    last = apart(before)[-1].steps if before else ()
    if not last or last[-1].result != AT_POST:
        return last
    if Spell.objects.filter(covering(day), worker=last[-1].worker_id, employer=post.employer).exists():
        said = f"此人{last[-1].happened_on}到岗，现在还在这家单位；已经离开的，请先登记离岗或返回。"
        raise Conflict("step", said, "result")
    return ()


def _check_room(post: Post, vacancy: Vacancy | None) -> None:
    """A place is left: counted under a lock of the stand or the vacancy, so that two cannot sign for the last one."""
    wanted, signed = 0, 0
    if post.fair is not None:
        stands = FairBooth.objects.select_for_update(no_key=True)
        stand = stands.filter(fair=post.fair, employer=post.employer, job_title=post.job_title).first()
        if stand is not None:
            wanted, signed = stand.openings, signed_at_stand(stand)
    elif vacancy is not None:
        wanted = Vacancy.objects.select_for_update(no_key=True).get(pk=vacancy.pk).openings
        signed = Vacancy.objects.values_list(taken(), flat=True).get(pk=vacancy.pk)
    if 0 < wanted <= signed:
        said = f"这个岗位招聘{wanted}人，已签约{signed}人。企业同意多招的，请勾选“企业同意多招”再保存。"
        raise Conflict("full", said, "beyond")


def withdraw_step(*, user: User, step: Referral, reason: str) -> None:
    """Take the last step of a process back that was never taken; its history stays, spells are derived anew."""
    _may(user, "referrals.edit", "您没有登记求职的权限。")
    if not reason.strip():
        raise DomainError("required", "请写明撤回的原因。", "reason")
    with operation(user=user, action="referrals.withdraw", reason=reason.strip()[:200]):
        worker = locked_worker(user, step.worker_id)
        post = Post(employer=step.employer, job_title=step.job_title, fair=step.fair)
        before = in_order(Referral.objects.filter(worker=worker, **_same(post)))
        if not before or before[-1].pk != step.pk:
            raise Conflict("step", "只能撤回最近的一步。")
        Referral.objects.filter(pk=step.pk).delete()
        if step.result == AT_POST:
            rebuild_spells(worker_ids=[worker.pk])


def refer(*, user: User, vacancy: Vacancy, people: QuerySet[Worker]) -> int:
    """Recommend people for a vacancy today, set-based; who is on the way to it already is left alone. How many were.

    Raises ``Conflict`` where the vacancy is not open any more (``closed``) or filled (``full``), ``DomainError`` for more
    than a thousand at once.
    """
    _may(user, "referrals.edit", "您没有登记求职的权限。")
    today = localdate()
    with operation(user=user, action="referrals.refer"):
        found = Vacancy.objects.select_for_update(no_key=True).filter(pk=vacancy.pk).first()
        if found is None or not Vacancy.objects.open_on(today).filter(pk=vacancy.pk).exists():
            raise Conflict("closed", "这个岗位已过期、下架或不实，不能再推荐。")
        if Vacancy.objects.filter(filled(), pk=vacancy.pk).exists():
            raise Conflict("full", "这个岗位已招满，不能再推荐；企业还要人的，请先修改招聘人数。")
        same_post = Referral.objects.filter(employer=found.employer, job_title=found.job_title)
        busy = set(same_post.filter(on_the_way(today)).values_list("worker_id", flat=True))
        chosen = Worker.objects.visible_to(user).filter(pk__in=people.order_by().values("pk")).order_by("pk")
        ids = [pk for pk in chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + len(busy) + 1] if pk not in busy]
        if len(ids) > MOST_AT_ONCE:
            raise DomainError("too_many", f"一次最多推荐{MOST_AT_ONCE}人，请缩小范围。")
        steps = [
            Referral(
                worker_id=pk,
                employer=found.employer,
                job_title=found.job_title,
                result=RECOMMENDED,
                happened_on=today,
                vacancy=found,
                place_code=found.place_code,
            )
            for pk in ids
        ]
        return len(Referral.objects.bulk_create(steps, ignore_conflicts=True))


def _same(post: Post) -> dict[str, Any]:
    own = {"employer": post.employer, "job_title": post.job_title}
    return {**own, "fair": post.fair} if post.fair else {**own, "fair__isnull": True}


def _may(user: User, permission: str, refusal: str) -> None:
    if not user.can(permission):
        raise NotAllowed("forbidden", refusal)


def _check_vacancy(facts: VacancyFacts) -> None:
    _check_post(facts.job_title, facts.openings, facts.wage_from, facts.wage_to)
    if not facts.place_code:
        raise DomainError("required", "请填写岗位所在地。", "place_code")
    if facts.source not in VACANCY_SOURCE.codes:
        raise DomainError("choice", f"采集来源“{facts.source}”不在可选范围内。", "source")
    if facts.collected_on > localdate():
        raise DomainError("date", "采集日期不能晚于今天。", "collected_on")
    if facts.valid_until is not None and facts.valid_until < facts.collected_on:
        raise DomainError("date", "有效期不能早于采集日期。", "valid_until")


def _check_post(title: str, openings: int, wage_from: Decimal | None, wage_to: Decimal | None) -> None:
    if not title:
        raise DomainError("required", "请填写岗位名称。", "job_title")
    if openings < 0:
        raise DomainError("number", "招聘人数不能为负数。", "openings")
    if wage_from is not None and wage_to is not None and wage_from > wage_to:
        raise DomainError("number", "月薪下限高于月薪上限。", "wage_to")


@contextmanager
def _once(constraint: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        said = {
            "vacancy_once": ("job_title", "同一企业、岗位、所在地、采集日期和采集来源的岗位已登记。"),
            "booth_once": ("job_title", "该企业的这个岗位已在这场招聘会上。"),
        }
        field, message = said.get(constraint, ("code", "这个编号的招聘会已登记。"))
        raise Conflict("duplicate", message, field) from error
