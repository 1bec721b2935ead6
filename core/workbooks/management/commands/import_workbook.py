"""``manage.py import_workbook KIND FILE --user NAME [--rows good|all] [--dry-run]`` (formats.md §4)."""

from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandParser

from core.accounts.models import User
from core.commands import JsonCommand
from core.errors import DomainError
from core.jobs import services as jobs
from core.jobs.registry import Progress
from core.workbooks import services
from core.workbooks.api import import_json
from core.workbooks.models import Import

DONE, REFUSED_ROWS, FAILED = 0, 1, 2


class Step(Protocol):
    """A step of an import's life that takes long."""

    def __call__(self, *, source: Import, progress: Progress) -> Import:
        """Do it; the import as it stands afterwards."""


class Command(JsonCommand):
    """Does the whole work itself, needs no worker. Exit 0: done; 1: refused rows left; 2: failed.

    Killed in the middle it leaves a run whose lease ends: a worker, where there is one, completes the check or the
    writing. What it had only checked then waits to be confirmed.
    """

    help = "检查并导入一个工作簿，输出一个 JSON 文档。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Kind, file, as whom, which rows."""
        parser.add_argument("kind")
        parser.add_argument("file")
        parser.add_argument("--user", required=True)
        parser.add_argument("--rows", default="good")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--doubts-weighed", action="store_true", help="已核对检查时提示的疑点，照样写入")

    def run(self, **options: Any) -> object:
        """Check, confirm, write; the import as it ended, with the exit code."""
        source: Import | None = None
        try:
            source = self._received(options)
            source = self._carried_out(source, services.check_import)
            if not options["dry_run"]:
                source = services.confirm_import(
                    source=source, rows=options["rows"], start=False, doubts_weighed=options["doubts_weighed"]
                )
                source = self._carried_out(source, services.write_import)
        except DomainError as error:
            if source is None:
                raise
            return self._stopped(source, error)
        source.refresh_from_db()
        return import_json(source, errors=True), REFUSED_ROWS if source.counts.get("refused") else DONE

    def _received(self, options: dict[str, Any]) -> Import:
        try:
            user = User.objects.get_by_natural_key(options["user"])
        except User.DoesNotExist:
            user = None
        if user is None or not user.is_active:
            code, message = "user", f"没有用户“{options['user']}”。"
            raise DomainError(code, message, "user")
        if options["rows"] not in {"good", "all"}:
            code, message = "rows", "--rows 只能是 good 或 all。"
            raise DomainError(code, message, "rows")
        path = Path(options["file"])
        if not path.is_file():
            code, message = "file", f"找不到文件 {path}。"
            raise DomainError(code, message, "file")
        with path.open("rb") as file:
            return services.create_import(user=user, kind=options["kind"], file=file, name=path.name, start=False)

    def _carried_out(self, source: Import, step: Step) -> Import:
        """One step of the import, done here while its run shows others that somebody is at it."""
        if source.job is None:
            message = f"import {source.pk} has no run"
            raise LookupError(message)
        with jobs.at_work(source.job) as progress:
            return step(source=source, progress=progress)

    def _stopped(self, source: Import, error: DomainError) -> tuple[dict[str, Any], int]:
        """An import that failed, or one whose refused rows keep all others out: nothing of either is written."""
        source.refresh_from_db()
        refused = source.state == Import.State.READY and bool(source.counts.get("refused"))
        document = {**import_json(source, errors=True), "detail": error.message, "field": error.field}
        return document, REFUSED_ROWS if refused else FAILED
