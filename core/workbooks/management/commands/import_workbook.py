"""``manage.py import_workbook KIND FILE --user NAME [--rows good|all] [--dry-run]`` (formats.md §4)."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.accounts.models import User
from core.errors import DomainError
from core.workbooks import services
from core.workbooks.api import import_json
from core.workbooks.models import Import


class Command(BaseCommand):
    """Does the whole work itself, needs no worker. Exit 0: done; 1: refused rows left; 2: failed."""

    help = "检查并导入一个工作簿，输出一个 JSON 文档。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind")
        parser.add_argument("file")
        parser.add_argument("--user", required=True)
        parser.add_argument("--rows", default="good")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Import | None = None
        try:
            source = self._checked(options)
            refused = source.counts.get("refused", 0)
            if not options["dry_run"]:
                source = services.confirm_import(source=source, rows=options["rows"], start=False)
                source = services.write_import(source=source, progress=services.Silent())
                refused = source.counts.get("refused", 0)
        except DomainError as error:
            self._print(self._failed(source, error))
            sys.exit(2)
        source.refresh_from_db()
        self._print(import_json(source, errors=True))
        sys.exit(1 if refused else 0)

    def _checked(self, options: dict[str, Any]) -> Import:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
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
            source = services.create_import(user=user, kind=options["kind"], file=file, name=path.name, start=False)
        return services.check_import(source=source, progress=services.Silent())

    def _failed(self, source: Import | None, error: DomainError) -> dict[str, Any]:
        found = {"detail": error.message, "field": error.field}
        if source is not None:
            source.refresh_from_db()
            found = {**import_json(source, errors=True), **found}
        return found

    def _print(self, document: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(document, ensure_ascii=False))
