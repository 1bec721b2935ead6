"""Freezing several indicators of one period and area at once: asked for on the page, done by a run or by the command."""

from collections.abc import Mapping, Sequence
from typing import Final

from core.accounts.models import User
from core.errors import DomainError
from core.indicators.frozen import check_freezable, freeze, freezes_of_exactly
from core.indicators.models import Freeze
from core.indicators.questions import Question, read_question
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.registry import Progress

KIND: Final = "statistics.freeze"


def freezable(*, codes: Sequence[str], values: Mapping[str, str], user: User | None) -> list[Question]:
    """The questions to freeze: each of ``codes`` ("OUT_STOCK", "RETURN_RATE:stock") with ``period`` and ``division``.

    ``user`` None is the installation itself. Raises what ``frozen.freeze`` and ``read_question`` raise, and
    ``DomainError`` at "codes" when none is named.
    """
    if not codes:
        code, message = "required", "请至少选择一个指标。"
        raise DomainError(code, message, "codes")
    questions = [_question(code, values, user) for code in dict.fromkeys(codes)]
    for question in questions:
        check_freezable(question=question, user=user)
    return questions


def _question(code: str, values: Mapping[str, str], user: User | None) -> Question:
    name, _, variant = code.partition(":")
    given = {**values, "variant": variant}
    return read_question(name, {key: [value] for key, value in given.items() if value}, user)


def request_freeze(
    *, user: User | None, codes: Sequence[str], values: Mapping[str, str], reason: str, start: bool = True
) -> Job:
    """Queue the freezing of those figures; with ``start=False`` the caller freezes them itself, ``at_work``.

    Everything that can be refused is refused now, a missing reason too.
    """
    if not reason.strip():
        code, message = "required", "请写明冻结的事由，例如：九月月报。"
        raise DomainError(code, message, "reason")
    questions = freezable(codes=codes, values=values, user=user)
    period = questions[0].period
    return (jobs.enqueue if start else jobs.begin)(
        kind=KIND,
        title=f"冻结统计数 {period.start} 至 {period.end}，{len(questions)}个指标",
        user=user,
        params={"codes": list(codes), "values": dict(values), "reason": reason.strip()[:200]},
        result_url="/statistics/freezes/",
    )


def freeze_all(*, job: Job, progress: Progress) -> list[Freeze]:
    """Freeze what the run was asked for, one indicator a transaction; run again it goes on where it stopped.

    Raises ``Conflict`` when somebody else has frozen one of them meanwhile.
    """
    user, codes = job.created_by, list(dict.fromkeys(job.params["codes"]))
    made = []
    for done, code in enumerate(codes):
        progress.at(done, len(codes), "冻结")
        question = _question(code, job.params["values"], user)
        mine = freezes_of_exactly(question).filter(frozen_by=user, frozen_at__gte=job.created_at).first()
        made.append(mine or freeze(question=question, user=user, reason=job.params["reason"]))
    return made
