"""``manage.py freeze_figures CODE [CODE …] --period 2025-09 --reason 九月月报 [--division C] [--user NAME]``."""

from typing import Any

from django.core.management.base import CommandParser

from core.accounts.models import User
from core.commands import JsonCommand
from core.errors import DomainError
from core.indicators.answers import answer
from core.indicators.freezing import freeze_all, request_freeze
from core.indicators.models import Freeze
from core.indicators.questions import read_question
from core.jobs import services as jobs


class Command(JsonCommand):
    """Publishes figures for good and prints each with its number; needs no worker, and killed leaves the rest to one."""

    help = "冻结统计数：期间结束后把指标和背后的人员定下来，之后不再重算，不能撤销。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which indicators, of which period and area, why, and as whom."""
        parser.add_argument("codes", metavar="CODE", nargs="+", help="指标代码；口径写在冒号后，如 RETURN_RATE:stock")
        parser.add_argument("--period", required=True, help="2025、2025Q1、2025-03 或 2025-02-01..2025-02-28")
        parser.add_argument("--division", default="", help="区划代码，默认 ROOT_DIVISION")
        parser.add_argument("--reason", required=True, help="事由，如 九月月报")
        parser.add_argument("--user", default="", help="以谁的名义；默认记为系统")

    def run(self, **options: Any) -> object:
        """Freeze, and say what was frozen."""
        user = self._user(options["user"]) if options["user"] else None
        values = {name: options[name] for name in ("period", "division") if options[name]}
        job = request_freeze(user=user, codes=options["codes"], values=values, reason=options["reason"], start=False)
        with jobs.at_work(job) as progress:
            made = freeze_all(job=job, progress=progress)
            job.result = {"frozen": [freeze.pk for freeze in made]}
        return {"frozen": [self._document(freeze, values) for freeze in made]}

    def _document(self, freeze: Freeze, values: dict[str, str]) -> dict[str, Any]:
        given = {**values, "variant": freeze.variant}
        asked = {name: [value] for name, value in given.items() if value}
        return answer(read_question(freeze.indicator, asked, None)).document

    def _user(self, name: str) -> User:
        user: User | None = User.objects.filter(is_active=True, username=name).first()
        if user is None:
            code, message = "user", f"没有用户“{name}”。"
            raise DomainError(code, message, "user")
        return user
