"""What happens at the door: a visit written down once, answers that meet the file, clashes settled, households handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.faults import CellFault
from core.formats.identity import parse_id_number
from core.formats.text import parse_name
from core.formats.values import GONE_STATUSES, LABOUR_STATUS
from core.history.services import operation
from workers.models import Worker
from workers.surveys.answers import (
    ASKED,
    LABELS,
    LONGEST,
    WORK_PLACE,
    Answer,
    Answers,
    Met,
    Shown,
    meet,
    of_file,
    pending,
)
from workers.surveys.gate import RETRIES, Act, movable, move
from workers.surveys.leaving import staying
from workers.surveys.models import (
    AT_THE_DOOR,
    CHANNEL,
    Campaign,
    DoorVisit,
    Survey,
    SurveyClash,
    TaskState,
    VisitTask,
    VisitTaskQuerySet,
)
from workers.surveys.ordering import GROUP, door_place
from workers.surveys.services.told import PersonAnswers, gathered

BY_PHONE: Final = "电话"
LEFT: Final = "迁出"
MOST_NEW: Final = 10
LONGEST_NOTE: Final = 500
LONGEST_DOOR: Final = 20


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody of the household whom the register does not know in it."""

    name: str
    id_number: str
    relation: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DoorFacts:
    """One time at the door: ``outcome`` of ``DoorVisit.Outcome``, ``door`` the number beside it ("" keeps the known one)."""

    visited_on: date
    outcome: str = DoorVisit.Outcome.MET
    channel: str = "上门"
    note: str = ""
    door: str = ""


@dataclass(frozen=True)
class Recorded:
    """What was stored: the visit, whether it is new, and how many fields somebody must now choose."""

    visit: DoorVisit
    new: bool
    clashes: int


def record_visit(
    *,
    user: User,
    task: VisitTask,
    facts: DoorFacts,
    people: Sequence[PersonAnswers] = (),
    newcomers: Sequence[NewPerson] = (),
    client_ref: UUID | None = None,
    only_named: bool = False,
) -> Recorded:
    """Write a visit to a household down; the same ``client_ref`` sent again returns what the first call stored.

    Who is not named among ``people`` answered as the file has it; with ``only_named`` they were not on the page and nobody
    asked them. Where the file was changed meanwhile, what the visit left
    alone takes that change, and a field both changed is listed to be settled. A page kept since the door was the user's
    is taken wherever its people are registered by now (``VisitTaskQuerySet.given_to``). Raises ``NotFound`` for other doors
    outside the scope, ``NotAllowed`` for a colleague's household, ``Conflict`` when it is handed in or the campaign closed,
    ``DomainError``.
    """
    if not user.can("surveys.write"):
        raise NotAllowed("forbidden", "您没有登记走访的权限。")
    try:
        with transaction.atomic():
            found = locked_task(user, task, kept=True)
            if client_ref is not None and (known := _sent_before(found, client_ref)) is not None:
                return Recorded(known, new=False, clashes=_open_clashes(found))
            if _over(found) and not VisitTask.objects.visible_to(user).filter(pk=found.pk).exists():
                return Recorded(
                    _hold(user, found, facts, people, newcomers, client_ref=client_ref), new=True, clashes=0
                )
            _check(user, found, facts, newcomers)
            with operation(user=user, action="surveys.visit"):
                visit = DoorVisit.objects.create(task=found, user=user, client_ref=client_ref, **_columns(facts))
                if facts.outcome != DoorVisit.Outcome.ABSENT:
                    _keep_answers(user, found, facts, people, only_named=only_named)
                    for newcomer in newcomers:
                        _keep_newcomer(user, found, facts, newcomer)
                _go_on(user, found, facts)
            return Recorded(visit, new=True, clashes=_open_clashes(found))
    except IntegrityError as error:
        if "client_ref" in str(error):
            raise Conflict("client_ref", "这个终端流水号已用在另一户上。", "client_ref") from error
        raise


def settle(*, user: User, clash: SurveyClash, choice: str) -> SurveyClash:
    """Choose what holds where the visit and somebody else changed one field: ``mine`` the visit, ``theirs`` the file.

    Raises ``Conflict`` when the household is handed in already, ``DomainError`` for another word.
    """
    if choice not in {SurveyClash.Choice.MINE, SurveyClash.Choice.THEIRS}:
        raise DomainError("choice", "请选择以哪一个为准。", "choice")
    if not (user.can("surveys.write") or user.can("surveys.check")):
        raise NotAllowed("forbidden", "您没有核对冲突的权限。")
    with operation(user=user, action="surveys.settle"):
        survey = Survey.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=clash.survey_id).first()
        if survey is None:
            raise NotFound("clash", "没有这处冲突。")
        if survey.task.state not in AT_THE_DOOR:
            raise Conflict("state", "这一户已提交，不能再改选。")
        clash = SurveyClash.objects.get(pk=clash.pk)
        clash.choice, clash.settled_by, clash.updated_at = choice, user, timezone.now()
        clash.save(update_fields=["choice", "settled_by", "updated_at"])
        name = clash.field
        if choice == SurveyClash.Choice.MINE:
            survey.answers[name] = survey.changes[name] = clash.mine or None
        else:
            survey.changes.pop(name, None)
            survey.answers[name] = clash.theirs or None
        survey.updated_at = timezone.now()
        survey.save(update_fields=["answers", "changes", "updated_at"])
    return clash


def submit(*, user: User, tasks: VisitTaskQuerySet) -> int:
    """Hand the finished ones among the tasks in to the township; returns how many."""
    ready = movable(tasks, user, Act.SUBMIT)
    return len(move(user=user, act=Act.SUBMIT, tasks=VisitTask.objects.filter(pk__in=ready.values("pk"))))


def locked_task(user: User, task: VisitTask, *, kept: bool = False) -> VisitTask:
    """The task as it stands, nobody else's to change until the transaction ends; ``NotFound`` outside the user's scope.

    ``kept``: of somebody who may have kept its page; then one they were once given will do.
    """
    this = VisitTask.objects.filter(pk=task.pk)
    seen = this.visible_to(user).exists() or (kept and this.given_to(user).exists())
    found = VisitTask.objects.select_for_update(of=("self",)).select_related("campaign").filter(pk=task.pk).first()
    if not seen or found is None:
        raise NotFound("task", "没有这一户，或不在您的走访范围内。")
    return found


def _sent_before(task: VisitTask, client_ref: UUID) -> DoorVisit | None:
    known = DoorVisit.objects.filter(client_ref=client_ref).first()
    if known is not None and known.task_id != task.pk:
        raise Conflict("client_ref", "这个终端流水号已用在另一户上。", "client_ref")
    return known


def _check(user: User, task: VisitTask, facts: DoorFacts, newcomers: Sequence[NewPerson]) -> None:
    if task.campaign.state != Campaign.State.OPEN:
        raise Conflict("closed", f"“{task.campaign.name}”已结束，不能再登记走访。")
    others = (
        task.surveyor_id not in {None, user.pk} and not VisitTask.objects.given_to(user).filter(pk=task.pk).exists()
    )
    if others and not user.can("surveys.assign"):
        raise NotAllowed("other_surveyor", "这一户已派给别的走访人。")
    if task.state not in AT_THE_DOOR:
        raise Conflict("state", "这一户已提交，要改请乡镇先退回。")
    _check_facts(task, facts)
    if len(newcomers) > MOST_NEW:
        raise DomainError("too_many", f"一次最多新增{MOST_NEW}人。")


def _over(task: VisitTask) -> bool:
    return task.campaign.state != Campaign.State.OPEN or task.state not in AT_THE_DOOR


def _hold(
    user: User,
    task: VisitTask,
    facts: DoorFacts,
    people: Sequence[PersonAnswers],
    newcomers: Sequence[NewPerson],
    *,
    client_ref: UUID | None,
) -> DoorVisit:
    """Who cannot see the household cannot have it sent back: what they were told waits for the township instead."""
    _check_facts(task, facts)
    told = gathered(user, task, people)[-1]
    for shown in told.values():
        _check_answers(shown.given)
    held = {
        "people": [[pk, shown.changed] for pk, shown in told.items() if shown.changed],
        "newcomers": [[one.name, one.relation, one.id_number] for one in newcomers[:MOST_NEW]],
    }
    with operation(user=user, action="surveys.visit"):
        return DoorVisit.objects.create(task=task, user=user, client_ref=client_ref, held=held, **_columns(facts))


def _check_facts(task: VisitTask, facts: DoorFacts) -> None:
    if not task.campaign.starts_on <= facts.visited_on <= timezone.localdate():
        raise DomainError("date", "走访日期应在活动开始之后、今天之前（含今天）。", "visited_on")
    if facts.channel not in CHANNEL:
        raise DomainError("choice", "没有这种走访方式。", "channel")
    if facts.outcome not in DoorVisit.Outcome.values:
        raise DomainError("choice", "没有这种走访结果。", "outcome")
    if facts.channel == BY_PHONE and facts.outcome == DoorVisit.Outcome.MET and task.misses <= RETRIES:
        left = RETRIES + 1 - task.misses
        raise DomainError("by_phone", f"上门未遇{RETRIES + 1}次以后才用电话访谈，还差{left}次。", "channel")
    if len(facts.note) > LONGEST_NOTE:
        raise DomainError("too_long", f"情况不能超过{LONGEST_NOTE}个字。", "note")
    if len(facts.door) > LONGEST_DOOR:
        raise DomainError("too_long", f"门牌号不能超过{LONGEST_DOOR}个字。", "door")


def _columns(facts: DoorFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ("visited_on", "outcome", "channel", "note")}


def _keep_answers(
    user: User, task: VisitTask, facts: DoorFacts, people: Sequence[PersonAnswers], *, only_named: bool
) -> None:
    members, here, known, told = gathered(user, task, people)
    for worker in members:
        shown = told.get(worker.pk)
        if shown is None and (only_named or worker.labour_status in GONE_STATUSES):
            continue
        survey = known.get(worker.pk) or Survey(task=task, worker=worker)
        shown = shown or Shown(of_file(vars(worker)), {})
        left = facts.outcome == DoorVisit.Outcome.MOVED and worker.pk in here
        if left and shown.given.get("labour_status") not in GONE_STATUSES:
            shown.given["labour_status"] = LEFT
        _check_answers(shown.given)
        _keep(user, task, facts, survey, _met(worker, survey, shown, facts.visited_on))


def _met(worker: Worker, survey: Survey, shown: Shown, on: date) -> Met:
    """What was answered against the file; what another visit of the task found and this one did not ask still holds.

    Where both asked, the later visit wins, whichever arrives later.
    """
    before = pending(survey)
    late = survey.pk is not None and survey.visited_on > on
    said = {**shown.changed, **before} if late else {**before, **shown.changed}
    last = Survey.objects.filter(worker=worker).exclude(pk=survey.pk).order_by("-visited_on", "-pk").first()
    place = {WORK_PLACE: (last.answers.get(WORK_PLACE) if last else None)}
    found = meet(said, {**shown.opened, **place}, of_file(vars(worker)))
    return Met({**place, **found.answers}, found.changes, found.clashes)


def _keep(user: User, task: VisitTask, facts: DoorFacts, survey: Survey, met: Met) -> None:
    if survey.pk is None or survey.visited_on <= facts.visited_on:
        survey.visited_on, survey.surveyor = facts.visited_on, task.surveyor or user
    survey.answers, survey.changes, survey.applied_at = met.answers, met.changes, None
    survey.updated_at = timezone.now()
    survey.save()
    survey.clashes.all().delete()
    SurveyClash.objects.bulk_create(
        [
            SurveyClash(
                survey=survey, field=one.field, base=one.base or "", theirs=one.theirs or "", mine=one.mine or ""
            )
            for one in met.clashes
        ]
    )


def _keep_newcomer(user: User, task: VisitTask, facts: DoorFacts, newcomer: NewPerson) -> None:
    try:
        name = parse_name(newcomer.name)
        number = parse_id_number(newcomer.id_number, today=timezone.localdate())
    except CellFault as fault:
        raise DomainError(fault.code, f"新增人员：{fault.message}。") from fault
    if number is None:
        raise DomainError("required", f"请填写新增人员{name}的身份证号码。")
    _check_answers(newcomer.answers)
    if Survey.objects.filter(task=task, worker__id_number=number).exists():
        raise Conflict("duplicate", f"{name}已在这一户的名单上，不必新增。")
    survey = Survey.objects.filter(task=task, id_number=number).first() or Survey(task=task, id_number=number)
    survey.name, survey.relation = name, newcomer.relation.strip()[:LONGEST]
    answers: Answers = {name: value for name, value in newcomer.answers.items() if value is not None}
    _keep(user, task, facts, survey, Met(answers, answers, ()))


def _check_answers(answers: Mapping[str, Answer]) -> None:
    for name, value in answers.items():
        if name not in ASKED:
            raise DomainError("field", f"走访不登记“{name}”这一项。", name)
        if value is not None and len(value) > LONGEST:
            raise DomainError("too_long", f"{LABELS[name]}不能超过{LONGEST}个字。", name)
    status = answers.get("labour_status")
    if status is not None and status not in LABOUR_STATUS:
        raise DomainError("choice", "没有这种就业状态。", "labour_status")


def _go_on(user: User, task: VisitTask, facts: DoorFacts) -> None:
    """Move the task on; who was met is not made unmet by an earlier failure that arrives late.

    A visit to a door that is somebody else's by now says nothing of whose it is and where it stands.
    """
    columns: dict[str, Any] = {}
    this = VisitTask.objects.filter(pk=task.pk)
    theirs = this.visible_to(user).exists()
    if task.surveyor_id is None and theirs:
        columns |= {"surveyor": user, "assigned_on": timezone.localdate()}
    if facts.door.strip() and theirs:
        columns |= {"door": facts.door.strip(), "place": _place(task, facts.door)}
    if (contact := staying(task=task.pk)) and theirs:
        columns["contact_id"] = contact[task.pk]
    if facts.outcome == DoorVisit.Outcome.ABSENT:
        if task.missed_on != facts.visited_on:
            columns |= {"misses": task.misses + 1, "missed_on": facts.visited_on}
        if task.state in {TaskState.VISITED, TaskState.MOVED}:
            this.update(updated_at=Now(), **columns)
        else:
            move(user=user, act=Act.MISS, tasks=this, **columns)
    elif facts.outcome == DoorVisit.Outcome.MOVED:
        # Whom the door of old lost is no word of the door where they live now.
        if theirs:
            move(user=user, act=Act.LEAVE, tasks=this, channel=facts.channel, **columns)
    else:
        first = min(filter(None, (task.visited_on, facts.visited_on)))
        move(user=user, act=Act.MEET, tasks=this, visited_on=first, channel=facts.channel, **columns)


def _place(task: VisitTask, door: str) -> int:
    return door_place(task.place // GROUP * GROUP, door, task.place)


def _open_clashes(task: VisitTask) -> int:
    return SurveyClash.objects.filter(survey__task=task, choice="").count()
