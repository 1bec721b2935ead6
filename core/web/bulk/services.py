"""The life of a bulk edit: prepared from a list, looked at, carried out by one run under one operation, taken back."""

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed
from core.history.services import operation, undo
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.registry import Progress
from core.web.bulk.declarations import BulkKind, kind_named
from core.web.bulk.forms import BulkForm, bound
from core.web.bulk.queries import chosen_ids, described, digest, outcomes
from core.web.models import BulkEdit, BulkRow
from core.web.screens import allowed

MOST_ROWS = 100_000
MOST_BLOCKED = 20

_CHOOSE = "INSERT INTO web_bulkrow (edit_id, row_id) SELECT %s, q.id FROM ({rows}) AS q (id)"
_HOLD = "SELECT %s::uuid, count(*) FROM ({rows}) AS held"
_SEE = """
WITH edit (id) AS (VALUES (%s::uuid))
UPDATE web_bulkrow r SET seen = q.seen FROM edit, ({rows}) AS q (id, seen) WHERE r.edit_id = edit.id AND r.row_id = q.id
"""
_JUDGE = """
WITH edit (id) AS (VALUES (%s::uuid))
UPDATE web_bulkrow r SET outcome = CASE WHEN q.seen <> r.seen THEN 'changed' ELSE 'same' END
FROM edit, ({rows}) AS q (id, seen, differs)
WHERE r.edit_id = edit.id AND r.row_id = q.id AND (q.seen <> r.seen OR NOT q.differs)
"""
_MISSING = """
UPDATE web_bulkrow r SET outcome = CASE WHEN EXISTS (SELECT FROM {table} t WHERE t.id = r.row_id)
  THEN 'outside' ELSE 'gone' END
WHERE r.edit_id = %s AND NOT EXISTS (SELECT FROM ({rows}) AS q (id) WHERE q.id = r.row_id)
"""


def prepare(*, user: User, kind: BulkKind, rows: QuerySet[Any, Any]) -> BulkEdit:
    """Keep which rows were chosen; ``rows`` are scoped rows of the list. Earlier drafts of the person are dropped.

    Raises ``DomainError`` for none and for more than ``MOST_ROWS``.
    """
    _may(user, kind)
    with transaction.atomic():
        drop_drafts(user=user, kind=kind)
        edit = BulkEdit.objects.create(kind=kind.name, rows=0, created_by=user)
        edit.rows = _execute(_CHOOSE, rows.order_by().values_list("pk")[: MOST_ROWS + 1], edit)
        if not edit.rows:
            raise DomainError("required", "没有选中任何记录。")
        if edit.rows > MOST_ROWS:
            raise DomainError("too_many", f"一次最多批量修改{MOST_ROWS:,}条，请加筛选条件分批修改。")
        edit.save(update_fields=["rows"])
    return edit


def drop_drafts(*, user: User, kind: BulkKind) -> None:
    """Forget what the person prepared and did not carry out."""
    drafts = BulkEdit.objects.filter(created_by=user, kind=kind.name, state=BulkEdit.State.DRAFT)
    BulkRow.objects.filter(edit__in=drafts.values("pk")).delete()
    drafts.delete()


def choose(*, edit: BulkEdit, form: BulkForm) -> None:
    """Keep what is to change and what the rows say now: who changes one of those fields meanwhile keeps their change."""
    kind = form.kind
    with transaction.atomic():
        held = _held(edit, BulkEdit.State.DRAFT)
        held.choice, held.words, held.reason = form.sent(), form.said(), form.cleaned_data["reason"].strip()
        held.save(update_fields=["choice", "words", "reason"])
        rows = described(kind, held.created_by, held, form)
        _execute(_SEE, digest(rows, form).values_list("pk", "bulk_seen"), held)


def start(*, edit: BulkEdit, user: User) -> BulkEdit:
    """Queue the run that carries the edit out; asked twice it runs once."""
    kind = kind_named(edit.kind)
    _may(user, kind)
    with transaction.atomic():
        held = _held(edit, BulkEdit.State.DRAFT)
        if not held.choice:
            raise Conflict("not_chosen", "请先选择要修改的项目。")
        held.state = BulkEdit.State.QUEUED
        held.job = _run("bulk.edit", f"批量修改{held.rows:,}条", held, user)
        held.save(update_fields=["state", "job"])
    return held


@transaction.atomic
def carry_out(*, edit: BulkEdit, progress: Progress) -> dict[str, int]:
    """Write what was chosen, in one transaction and under one operation; a run that comes too late does nothing."""
    edit = BulkEdit.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=edit.pk)
    if edit.state != BulkEdit.State.QUEUED:
        return dict(edit.counts)
    kind, user = kind_named(edit.kind), edit.created_by
    _may(user, kind)
    form = bound(kind, user, edit.choice, edit.reason)
    if not form.is_valid():
        raise DomainError("invalid", "要改成的内容现在不能保存：" + "；".join(_faults(form)))
    with operation(user=user, action=kind.action, reason=edit.reason) as act:
        progress.at(0, edit.rows * (len(form.chosen) + 1), gettext("核对"))
        _lock(kind, edit)
        rows = described(kind, user, edit, form)
        _execute(_JUDGE, digest(rows, form).values_list("pk", "bulk_seen", "bulk_differs"), edit)
        seen = kind.rows(user).filter(pk__in=chosen_ids(edit)).order_by().values_list("pk")
        _execute(_MISSING, seen, edit, table=connection.ops.quote_name(_table(kind, user)))
        _write(kind, edit, form, progress)
    edit.counts, edit.operation, edit.state = outcomes(edit), act, BulkEdit.State.DONE
    edit.save(update_fields=["counts", "operation", "state"])
    BulkEdit.objects.filter(pk=edit.pk).update(finished_at=Now())
    return dict(edit.counts)


def _write(kind: BulkKind, edit: BulkEdit, form: BulkForm, progress: Progress) -> None:
    """One UPDATE for all columns of the table, then one act for each field that lies elsewhere."""
    written = BulkRow.objects.filter(edit=edit, outcome=BulkRow.Outcome.WRITTEN).values("row_id")
    steps = 1
    for field in form.chosen:
        # What lies elsewhere goes first: it asks what the rows said before.
        if field.write is not None:
            progress.at(edit.rows * steps, phase=str(field.label))
            field.write(written, form.values(field))
            steps += 1
    columns: dict[str, Any] = {}
    for field in form.chosen:
        columns |= field.columns(form.values(field))
    if columns:
        progress.at(edit.rows * steps, phase=gettext("写入"))
        model = kind.rows(edit.created_by).model
        model._default_manager.filter(pk__in=written).update(**columns, **{kind.moment: Now()})  # noqa: SLF001 - Django's documented model API
    _follow(edit)
    progress.at(edit.rows * (len(form.chosen) + 1))


def _follow(edit: BulkEdit) -> None:
    """What is derived from the rows that were written, or put back, is derived anew."""
    written = BulkRow.objects.filter(edit=edit, outcome=BulkRow.Outcome.WRITTEN).values_list("row_id", flat=True)
    for field in kind_named(edit.kind).fields:
        if field.follow is not None and field.name in edit.choice.get("fields", ()):
            field.follow(written)


def start_undo(*, edit: BulkEdit, user: User) -> BulkEdit:
    """Queue the run that takes the edit back."""
    _may(user, kind_named(edit.kind))
    with transaction.atomic():
        held = _held(edit, BulkEdit.State.DONE)
        held.state, held.error = BulkEdit.State.UNDOING, ""
        held.job = _run("bulk.undo", f"撤销批量修改{held.rows:,}条", held, user)
        held.save(update_fields=["state", "job", "error"])
    return held


def take_back(*, edit: BulkEdit, user: User) -> None:
    """Undo the edit's operation as a unit; ``Conflict`` when rows were changed since, which are kept for the page."""
    if edit.state != BulkEdit.State.UNDOING or edit.operation_id is None:
        return
    try:
        with transaction.atomic():
            undo(operation_id=edit.operation_id, user=user, reason=edit.reason)
            _follow(edit)
            BulkEdit.objects.filter(pk=edit.pk).update(state=BulkEdit.State.UNDONE)
    except Conflict as error:
        found = error.details if isinstance(error.details, list) else []
        table = _table(kind_named(edit.kind), user)
        edit.counts = {**edit.counts, "blocked": [one["id"] for one in found if one["table"] == table][:MOST_BLOCKED]}
        edit.save(update_fields=["counts"])
        raise


def settle(*, job: Job) -> None:
    """A run ended without having done its work: the edit is failed, one that was to be taken back stands as it was."""
    edit = BulkEdit.objects.filter(pk=job.params["edit"], job=job)
    edit.filter(state=BulkEdit.State.QUEUED).update(state=BulkEdit.State.FAILED, error=job.error or "已取消。")
    edit.filter(state=BulkEdit.State.UNDOING).update(state=BulkEdit.State.DONE, error=job.error or "已取消。")


def _may(user: User, kind: BulkKind) -> None:
    if not (user.is_active and allowed(user, kind.permission)):
        raise NotAllowed("forbidden", "您没有批量修改的权限。")


def _held(edit: BulkEdit, state: BulkEdit.State) -> BulkEdit:
    """The edit, locked, if it is still in the state."""
    held = BulkEdit.objects.select_for_update().filter(pk=edit.pk, state=state).first()
    if held is None:
        raise Conflict("state", "这次批量修改已经执行或撤销，请刷新页面。")
    return held


def _run(kind: str, title: str, edit: BulkEdit, user: User) -> Job:
    return jobs.enqueue(
        kind=kind, title=title, user=user, params={"edit": str(edit.pk)}, result_url=f"/bulk/{edit.pk}/"
    )


def _faults(form: BulkForm) -> list[str]:
    return [str(text) for texts in form.errors.values() for text in texts]


def _table(kind: BulkKind, user: User) -> str:
    return str(kind.rows(user).model._meta.db_table)  # noqa: SLF001 - Django's documented model API


def _lock(kind: BulkKind, edit: BulkEdit) -> None:
    """Take hold of all rows in the order of their ids, so that what is judged next is still so when it is written."""
    model = kind.rows(edit.created_by).model
    rows = model._default_manager.filter(pk__in=chosen_ids(edit)).order_by("pk")  # noqa: SLF001 - as above
    _execute(_HOLD, rows.select_for_update().values_list("pk"), edit)


def _execute(statement: str, rows: QuerySet[Any, Any], edit: BulkEdit, **names: str) -> int:
    """Run a statement around the SQL of a queryset, the edit's id being its first parameter; how many rows it touched."""
    inner, found = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=inner, **names), (edit.pk, *found))
        return int(cursor.rowcount)
