"""Handing a list in, and taking it back as if it had never been compared."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.accounts.services import log_access
from core.errors import Conflict, DomainError, NotAllowed
from core.jobs import services as jobs
from core.workbooks.services import keep_upload
from workers.comparisons.comparing import hold_series
from workers.comparisons.kinds import KINDS
from workers.comparisons.models import Comparison, Difference
from workers.queries import area_of

State = Difference.State
SUFFIXES: Final = frozenset({".xlsx", ".xls", ".csv", ".txt", ".xlsm", ".et"})


def create_comparison(
    *,
    user: User,
    kind: str,
    as_of: date,
    title: str,
    file: IO[bytes] | Iterable[bytes],
    name: str,
    document: str = "",
    start: bool = True,
) -> Comparison:
    """Keep the list and queue its comparison with the register of the user's area.

    With ``start=False`` the caller runs it. Raises ``NotAllowed``, or ``DomainError`` for a kind there is not, a day ahead.
    """
    if not (user.can("workers.edit") and user.can("imports.write")):
        raise NotAllowed("forbidden", "您没有比对名单的权限。")
    if kind not in KINDS:
        raise DomainError("choice", "请选择名单种类。", "kind")
    if as_of > timezone.localdate():
        raise DomainError("date", "名单截至日期不能晚于今天。", "as_of")
    made = Comparison(
        id=uuid4(),
        kind=kind,
        title=title.strip()[:100] or str(KINDS[kind].label),
        document=document.strip()[:100],
        as_of=as_of,
        division=area_of(user),
        file_name=Path(name).name[-200:],
        created_by=user,
    )
    suffix = Path(name).suffix.lower()
    made.file = f"list-{made.id}{suffix if suffix in SUFFIXES else ''}"
    keep_upload(file, made.path)
    with transaction.atomic():
        made.save()
        if start:
            made.job = jobs.enqueue(
                kind="comparisons.run",
                title=f"比对《{made.title}》"[:200],
                user=user,
                params={"comparison": str(made.id)},
                result_url=f"/workers/comparisons/{made.id}/",
            )
            made.save(update_fields=["job"])
    return made


def withdraw(*, user: User, comparison: Comparison) -> Comparison:
    """Take a list back that was the wrong one: its differences go, and what it closed of the list before is open again.

    Only who serves all of the area compared. Raises ``Conflict`` while something of it stands in the register, or a later
    list of its kind continues it.
    """
    serves_all = comparison.division.startswith(user.scope_division) if user.scope_division else False
    if not (user.can("workers.edit") and user.can("imports.write") and serves_all):
        raise NotAllowed("forbidden", "名单由提交它的单位撤回。")
    with transaction.atomic():
        hold_series(comparison)
        held = Comparison.objects.select_for_update(of=("self",)).get(pk=comparison.pk)
        if held.state != Comparison.State.DONE:
            raise Conflict("state", "这份名单没有比对完成，或已经撤回。")
        if held.differences.filter(accepted_in__isnull=False).exists():
            raise Conflict("accepted", "这份名单已有差异采纳进登记库，请先在“采纳记录”里撤销采纳，再撤回名单。")
        if Comparison.objects.filter(previous=held, state=Comparison.State.DONE).exists():
            raise Conflict("continued", "之后又比对过同种名单，请先撤回那一份。")
        _open_again(held)
        held.differences.all().delete()
        held.state = Comparison.State.WITHDRAWN
        held.save(update_fields=["state"])
        log_access(
            user=user,
            action="comparisons.withdraw",
            object_type="comparisons.comparison",
            object_id=held.pk,
            reason=held.title,
        )
    return held


def _open_again(comparison: Comparison) -> None:
    """What the list before had left open when this one came; of several that came after it the first closed it."""
    before = comparison.previous
    if before is None:
        return
    after = Comparison.objects.filter(previous=before, state=Comparison.State.DONE).exclude(pk=comparison.pk)
    if not after.exists():
        closed = before.differences.filter(state__in=(State.CARRIED, State.GONE))
        closed.update(state=State.OPEN, decided_at=None)
