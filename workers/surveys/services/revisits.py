"""The township's second visit to the households drawn at closing, and what it found different (domain.md §3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from workers.surveys.answers import Answer
from workers.surveys.gate import was_there
from workers.surveys.models import CHANNEL, Campaign, Revisit, Survey, VisitTask

CAME = "came"


@dataclass(frozen=True, kw_only=True)
class RevisitFacts:
    """What the household said the second time: ``came`` whether anybody had been there (None: not asked).

    ``answers`` are by survey, only fields that were asked again.
    """

    visited_on: date
    channel: str = "上门"
    came: bool | None = None
    answers: Mapping[int, Mapping[str, Answer]] = field(default_factory=dict)
    note: str = ""


def record_revisit(*, user: User, task: VisitTask, facts: RevisitFacts) -> Revisit:
    """Write a second visit down and compare it with the survey; written again it takes the place of the one before.

    Raises ``NotFound`` outside the scope, ``NotAllowed`` without the permission or for who was at the door the first time,
    ``Conflict`` for a household that was not drawn, ``DomainError`` when nothing was asked.
    """
    if not user.can("surveys.revisit"):
        raise NotAllowed("forbidden", "您没有登记复访的权限。")
    with operation(user=user, action="surveys.revisit"):
        found = VisitTask.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=task.pk).first()
        if found is None:
            raise NotFound("task", "没有这一户，或不在您的管辖范围内。")
        if found.campaign.state != Campaign.State.CLOSED or not found.sampled:
            raise Conflict("sample", "只复访活动结束后抽中的户。")
        if VisitTask.objects.filter(was_there(user), pk=found.pk).exists():
            raise NotAllowed("same_person", "走访人不能复访自己走访的户，请由别人复访。")
        _check(found, facts)
        compared, findings = _compare(found, facts)
        if not compared:
            raise DomainError("required", "请至少核对一项。")
        values: dict[str, Any] = {
            "user": user,
            "visited_on": facts.visited_on,
            "channel": facts.channel,
            "compared": compared,
            "differing": len(findings),
            "findings": findings,
            "note": facts.note[:500],
            "updated_at": Now(),
        }
        return Revisit.objects.update_or_create(task=found, defaults=values)[0]


def _check(task: VisitTask, facts: RevisitFacts) -> None:
    first = task.visited_on or task.campaign.starts_on
    if not first <= facts.visited_on <= timezone.localdate():
        raise DomainError("date", "复访日期应在走访之后、今天之前（含今天）。", "visited_on")
    if facts.channel not in CHANNEL:
        raise DomainError("choice", "没有这种走访方式。", "channel")


def _compare(task: VisitTask, facts: RevisitFacts) -> tuple[int, list[dict[str, Any]]]:
    """How many answers were compared, and those that differ: whose, which, first and second."""
    compared = 0
    findings: list[dict[str, Any]] = []
    if facts.came is not None:
        compared += 1
        if not facts.came:
            findings.append({"survey": None, "field": CAME, "first": "是", "second": "否"})
    known = {survey.pk: survey for survey in Survey.objects.filter(task=task)}
    for survey_id, answers in facts.answers.items():
        survey = known.get(survey_id)
        if survey is None:
            raise NotFound("survey", "这一户没有这份调查表。")
        for name, second in answers.items():
            compared += 1
            first = survey.answers.get(name)
            if first != second:
                findings.append({"survey": survey_id, "field": name, "first": first or "", "second": second or ""})
    return compared, findings
