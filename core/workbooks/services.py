"""The life of an import: handed in, checked, confirmed, written, taken back (formats.md §2)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed
from core.history import services as history
from core.history.collisions import Overtaken, collisions_told
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.registry import Progress
from core.workbooks import checking, staging, writing
from core.workbooks.models import Import
from core.workbooks.sheets import Sheet, sheet_of

EXTENSION = re.compile(r"\.[A-Za-z]{1,9}")
MOST_WRITES = 3
COLLISIONS = frozenset({"23503", "23505", "23P01"})
"""PostgreSQL's codes of foreign keys, unique keys and exclusions: what another transaction stored stands in the way."""

ENDED = (Import.State.DONE, Import.State.FAILED, Import.State.CANCELLED, Import.State.UNDONE)


class Silent:
    """Progress nobody watches: commands and tests do the work themselves."""

    def at(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """Nothing to report to."""


def declared_sheet(*, user: User, kind: str) -> Sheet:
    """The declaration of ``kind`` if the user may import it; ``DomainError`` or ``NotAllowed`` otherwise."""
    sheet = sheet_of(kind)
    if sheet is None:
        code, message = "kind", f"没有“{kind}”这种表格。"
        raise DomainError(code, message, "kind")
    if not (user.can("imports.write") and user.can(sheet.permission)):
        code, message = "forbidden", f"您没有导入《{sheet.title}》的权限。"
        raise NotAllowed(code, message, "kind")
    return sheet


def create_import(*, user: User, kind: str, file: IO[bytes] | Iterable[bytes], name: str, start: bool = True) -> Import:
    """Keep the sender's file and queue its check; with ``start=False`` the caller checks it itself, ``at_work``."""
    sheet = declared_sheet(user=user, kind=kind)
    name = Path(name).name.encode(errors="replace").decode()[-200:] or str(sheet.title)
    source = Import(id=uuid4(), kind=kind, file_name=name, created_by=user)
    source.file = f"{source.id}{Path(name).suffix.lower() if EXTENSION.fullmatch(Path(name).suffix) else ''}"
    source.file_digest = keep_upload(file, source.path)
    with transaction.atomic():
        source.save()
        source.job = _job(source, "imports.check", f"检查《{sheet.title}》{source.file_name}", start=start)
        source.save(update_fields=["job"])
    return source


def keep_upload(file: IO[bytes] | Iterable[bytes], path: Path) -> str:
    """Store what somebody handed in; its digest. ``DomainError`` once it is longer than any file may be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with path.open("wb") as target:
            for chunk in _bounded(file):
                digest.update(chunk)
                target.write(chunk)
    except DomainError:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _bounded(file: Any) -> Iterator[bytes]:
    """The file piece by piece; ``DomainError`` once it is longer than any file may be."""
    size = 0
    for chunk in file.chunks() if hasattr(file, "chunks") else iter(lambda: file.read(1 << 20), b""):
        size += len(chunk)
        if size > settings.MOST_UPLOAD_BYTES:
            code, message = "too_large", f"文件超过{settings.MOST_UPLOAD_BYTES // 2**20}MB，请分开导入。"
            raise DomainError(code, message, "file")
        yield chunk


def _job(source: Import, kind: str, title: str, *, user: User | None = None, start: bool = True) -> Job:
    return (jobs.enqueue if start else jobs.begin)(
        kind=kind,
        title=title[:200],
        user=user or source.created_by,
        params={"import": str(source.id)},
        result_url=f"/imports/{source.id}/",
    )


def check_import(*, source: Import, progress: Progress) -> Import:
    """Read, parse, stage and plan the whole file.

    Ends ``ready`` with all counts and faults, or ``failed`` with a sentence and its ``DomainError``. Safe
    to run again from the start: a killed attempt leaves nothing but a half-filled staging table to be replaced.
    """
    moved = Import.objects.filter(id=source.id, state__in=[Import.State.QUEUED, Import.State.CHECKING])
    if not moved.update(state=Import.State.CHECKING):
        source.refresh_from_db()
        return source
    checking_still = Import.objects.filter(id=source.id, state=Import.State.CHECKING)
    try:
        with transaction.atomic():
            _only_one(source)
            if checking_still.exists():
                checking.check(source, progress)
                ready = checking_still.update(
                    state=Import.State.READY,
                    counts=source.counts,
                    layout=source.layout,
                    skipped_sheets=source.skipped_sheets,
                    unknown_columns=source.unknown_columns,
                    notes=source.notes,
                    doubts=source.doubts,
                )
                if not ready:  # cancelled meanwhile: nothing of the file may stay behind
                    transaction.set_rollback(True)
    except DomainError as error:
        _fail(source, error.message)
        raise
    source.refresh_from_db()
    return source


def _only_one(source: Import) -> None:
    """Wait for another attempt at the same import, whose worker was believed dead, to end its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(source.id)])


@transaction.atomic
def _fail(source: Import, message: str) -> None:
    states = [Import.State.QUEUED, Import.State.CHECKING, Import.State.IMPORTING]
    unfinished = Import.objects.filter(id=source.id, state__in=states)
    if unfinished.update(state=Import.State.FAILED, error=message[:500], finished_at=Now()):
        staging.drop(source.id)


def settle(*, job: Job) -> None:
    """Bring an import whose run ended failed or cancelled to a state in which somebody can go on.

    A check that was cancelled ends the import; a cancelled writing leaves it to be confirmed again.
    """
    source = Import.objects.filter(id=job.params["import"], job=job).first()
    if source is None:
        return
    if job.state == Job.State.FAILED:
        _fail(source, job.error)
    elif not Import.objects.filter(id=source.id, state=Import.State.IMPORTING).update(
        state=Import.State.READY, rows_wanted=""
    ):
        _cancel(source)


def confirm_import(*, source: Import, rows: str, start: bool = True, doubts_weighed: bool = False) -> Import:
    """Take the good rows, or all when none is refused; idempotent once confirmed.

    A run is queued that writes them; with ``start=False`` the caller writes them itself, ``at_work``.
    Raises ``Conflict`` when ``all`` meets refused rows, when the check left doubts that nobody has weighed (``doubtful``),
    or the import is not in a state to be confirmed.
    """
    if rows not in {"good", "all"}:
        code, message = "rows", "rows 只能是 good（只导入正确的行）或 all（全部导入）。"
        raise DomainError(code, message, "rows")
    with transaction.atomic():
        source = Import.objects.select_for_update(of=("self",)).select_related("created_by").get(id=source.id)
        if source.state in {Import.State.IMPORTING, Import.State.DONE}:
            return source
        if source.state != Import.State.READY:
            code, message = "state", f"导入处于“{source.get_state_display()}”状态，不能确认。"
            raise Conflict(code, message)
        if rows == "all" and source.counts.get("refused"):
            code, message = (
                "refused_rows",
                f"有{source.counts['refused']}行不能导入，请改正后再全部导入，或只导入正确的行。",
            )
            raise Conflict(code, message, "rows")
        if source.doubts and not doubts_weighed:
            raise Conflict("doubtful", str(source.doubts["message"]), "doubts_weighed")
        source.state, source.rows_wanted = Import.State.IMPORTING, rows
        source.job = _job(source, "imports.write", f"写入《{_title(source)}》{source.file_name}", start=start)
        source.save(update_fields=["state", "rows_wanted", "job"])
    return source


def _run_of(source: Import, kind: str) -> Job | None:
    """The waiting or running run of that kind that works on the import."""
    if source.job_id is None:
        return None
    return Job.objects.active().filter(pk=source.job_id, kind=kind).first()


def _title(source: Import) -> str:
    sheet = sheet_of(source.kind)
    return sheet.title if sheet else source.kind


def write_import(*, source: Import, progress: Progress) -> Import:
    """Write a confirmed import in one transaction.

    Run again after a crash it starts over, run again when done it does nothing. What a page stores between the plan
    and the writing may collide with it, or the two wait for each other until one is refused: then both are done anew.
    """
    for attempt in range(1, MOST_WRITES + 1):
        try:
            with collisions_told(OperationalError):
                return _write_once(source, progress)
        except Overtaken as error:
            met: Exception = error
        except DomainError as error:
            _fail(source, error.message)
            raise
        except IntegrityError as error:
            if getattr(error.__cause__, "pgcode", "") not in COLLISIONS:
                raise
            met = error
        if attempt == MOST_WRITES:
            code, message = "collision", "写入时与登记库中的记录冲突，已全部放弃，请重新导入。"
            _fail(source, message)
            raise Conflict(code, message) from met
    raise AssertionError


@transaction.atomic
def _write_once(source: Import, progress: Progress) -> Import:
    source = Import.objects.select_for_update(of=("self",)).select_related("created_by").get(id=source.id)
    if source.state != Import.State.IMPORTING:
        return source
    action, reason = f"imports.{source.kind}", source.file_name[:200]
    with history.operation(user=source.created_by, action=action, reason=reason) as act:
        counts = writing.write(source, str(act.id), progress)
        if source.rows_wanted == "all" and counts["refused"]:
            code = "refused_rows"
            message = f"确认之后登记库有了变化，现在有{counts['refused']}行不能导入，已全部放弃，请重新导入。"
            raise Conflict(code, message)
        source.state, source.counts, source.operation = Import.State.DONE, counts, act
        source.save(update_fields=["state", "counts", "operation"])
        Import.objects.filter(id=source.id).update(finished_at=Now())
        staging.drop(source.id)
    return source


def cancel_import(*, source: Import, user: User | None = None) -> Import:
    """Give up an import that is not yet being written; idempotent.

    ``user`` (default: the sender) asks its run to stop. Raises ``Conflict`` for one that is being or has been written.
    """
    with transaction.atomic():
        moved = _cancel(source)
        run = _run_of(source, "imports.check") if moved else None
        if run is not None:
            jobs.cancel(job=run, user=user or source.created_by)
    source.refresh_from_db()
    if source.state != Import.State.CANCELLED:
        code, message = "state", f"导入处于“{source.get_state_display()}”状态，不能取消。"
        raise Conflict(code, message)
    return source


def _cancel(source: Import) -> bool:
    states = [Import.State.QUEUED, Import.State.CHECKING, Import.State.READY]
    moved = Import.objects.filter(id=source.id, state__in=states).update(
        state=Import.State.CANCELLED, finished_at=Now()
    )
    if moved:
        staging.drop(source.id)
    return bool(moved)


def start_undo(*, source: Import, user: User) -> Import:
    """Have a run take the import back; idempotent while it is on its way.

    Raises ``Conflict`` at once, with the rows changed since as ``details``, when that is impossible already now.
    """
    with transaction.atomic():
        source = Import.objects.select_for_update(of=("self",)).get(id=source.id)
        if source.state == Import.State.UNDONE or _run_of(source, "imports.undo") is not None:
            return source
        operation_id = _operation_to_undo(source)
        later = history.changed_since(operation_id=operation_id)
        if later:
            code, message = "changed_since", "撤销失败：这次导入的记录后来又被修改过。"
            raise Conflict(code, message, details=later)
        title = f"撤销导入《{_title(source)}》{source.file_name}"
        source.job = _job(source, "imports.undo", title, user=user)
        source.save(update_fields=["job"])
    return source


def _operation_to_undo(source: Import) -> UUID:
    if source.state != Import.State.DONE or source.operation_id is None:
        code, message = "state", f"导入处于“{source.get_state_display()}”状态，不能撤销。"
        raise Conflict(code, message)
    return source.operation_id


_tidying: dict[str, Callable[[UUID, User], object]] = {}


def register_tidying(name: str, tidy: Callable[[UUID, User], object]) -> None:
    """Declare what clears away, by ``tidy(undo operation, user)``, what an import founded and nothing needs; a name replaces."""
    _tidying[name] = tidy


def undo_import(*, source: Import, user: User, progress: Progress | None = None) -> Import:
    """Take one written import back as a unit; idempotent. What it founded beside its rows goes where nothing names it.

    Raises ``Conflict`` with the rows changed since as ``details`` when that is impossible.
    """
    with transaction.atomic():
        source = Import.objects.select_for_update(of=("self",)).get(id=source.id)
        if source.state == Import.State.UNDONE:
            return source
        operation_id = _operation_to_undo(source)
        sheet = sheet_of(source.kind)
        with connection.cursor() as cursor:
            workers = sheet.touched_workers(cursor, str(operation_id)) if sheet else []
        back = history.undo(operation_id=operation_id, user=user, reason=f"撤销导入 {source.file_name}"[:200])
        if sheet and workers:
            sheet.after_undo(workers, progress or Silent())
        for tidy in _tidying.values():
            tidy(back.pk, user)
        source.state = Import.State.UNDONE
        source.save(update_fields=["state"])
    return source


def remove_file(*, source: Import) -> None:
    """Delete the sender's file of an ended import and the marked copies of it (retention: domain.md §6.8)."""
    if source.state in ENDED:
        for path in source.path.parent.glob(f"{source.id}*"):
            path.unlink(missing_ok=True)
