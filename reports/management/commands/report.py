"""``manage.py report KIND [name=value …] --out FILE`` (formats.md §4)."""

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.accounts.models import User
from core.commands import JsonCommand
from core.errors import DomainError
from core.jobs import services as jobs
from reports import services


class Command(JsonCommand):
    """Computes the report itself, writes its workbook to FILE and prints what the API would give.

    Killed in the middle it leaves a run that a worker, where there is one, completes.
    """

    help = "生成报告，写入工作簿，并输出一个 JSON 文档。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Kind, parameters as name=value, where to write, and as whom."""
        parser.add_argument("kind")
        parser.add_argument("parameters", nargs="*")
        parser.add_argument("--out", required=True)
        parser.add_argument("--user", default="")

    def run(self, **options: Any) -> object:
        """Compute and write."""
        parameters = dict(self._pair(text) for text in options["parameters"])
        out = Path(options["out"])
        if not out.parent.is_dir():
            code, message = "out", f"文件夹 {out.parent} 不存在。"
            raise DomainError(code, message, "out")
        report = services.request_report(
            user=self._user(options["user"]), kind=options["kind"], parameters=parameters, start=False
        )
        if report.job is None:
            message = f"report {report.pk} has no run"
            raise LookupError(message)
        with jobs.at_work(report.job) as progress:
            report = services.run_report(run=report, progress=progress)
        shutil.copyfile(report.path, out)
        return {
            "id": str(report.id),
            "kind": report.kind,
            "file": str(out),
            "digest": report.digest,
            "result": report.result,
        }

    def _pair(self, text: str) -> tuple[str, str]:
        name, found, value = text.partition("=")
        if not found:
            code, message = "parameter", f"参数“{text}”应写成 名称=值。"
            raise DomainError(code, message, text)
        return name, value

    def _user(self, name: str) -> User:
        users = User.objects.filter(is_active=True, role="county_admin").order_by("id")
        user: User | None = (User.objects.filter(is_active=True, username=name) if name else users).first()
        if user is None:
            code, message = "user", f"没有用户“{name}”。" if name else "还没有县级管理员，请先用 create_user 建立。"
            raise DomainError(code, message, "user")
        return user
