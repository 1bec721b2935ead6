"""``manage.py statistics CODE --period 2025 [--division C] [--by a,b] [--as-of D] [name=value …]`` (formats.md §4)."""

from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.errors import DomainError
from core.indicators.answers import answer
from core.indicators.questions import OWN_PARAMETERS, read_question


class Command(JsonCommand):
    """Prints the document of ``GET /api/v1/statistics/{CODE}/`` for the whole installation."""

    help = "计算一个统计指标，按统计接口的格式输出。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Code, period, division, dimensions, cut-off, filters."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--period", default="", help="2025、2025Q1、2025-03 或 2025-02-01..2025-02-28")
        parser.add_argument("--division", default="", help="区划代码，默认 ROOT_DIVISION")
        parser.add_argument("--by", default="", help="分组维度，逗号分隔")
        parser.add_argument("--as-of", default="", help="截至日期，默认期末与今天中较早的一天")
        parser.add_argument("filters", nargs="*", metavar="name=value", help="筛选条件，如 mode=返岗专列、variant=same")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with conditions allowed anywhere among the options."""
        made = super().create_parser(prog_name, subcommand, **kwargs)
        made.parse_args = made.parse_intermixed_args  # type: ignore[method-assign]
        return made

    def run(self, **options: Any) -> object:
        """The answer."""
        values = {name: [options[name]] for name in ("period", "division", "by", "as_of") if options[name]}
        for text in options["filters"]:
            name, equals, value = text.partition("=")
            if not equals or name in OWN_PARAMETERS - {"variant"}:
                raise DomainError("argument", f"看不懂“{text}”，条件应写成 名称=值。", name)
            values.setdefault(name, []).append(value)
        return answer(read_question(options["code"], values, None)).document
