"""The shape of every management command another program may call: one JSON document on stdout (formats.md §4).

A bad parameter, whether argparse or a business rule finds it, prints ``{"detail", "field"}`` and exits 2. Logs,
progress and notices go to stderr.
"""

import json
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from core.errors import DomainError


class _JsonParser(CommandParser):
    """Says what is wrong with a parameter as JSON, not as a usage text."""

    def error(self, message: str) -> NoReturn:
        named = message.removeprefix("argument ").partition(":")[0] if message.startswith("argument ") else ""
        missing = message.partition("required: ")[2].partition(",")[0]
        field = (named or missing).split("/")[-1].lstrip("-").lower() or None
        print_json({"detail": f"命令参数不正确：{message}", "field": field})
        sys.exit(2)


def print_json(document: object) -> None:
    """Write the document to stdout as one line of UTF-8 JSON."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class JsonCommand(BaseCommand):
    """Write ``run(**options)`` to return the document, or (document, exit code)."""

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with a parser that answers errors in JSON."""
        made = super().create_parser(prog_name, subcommand, **kwargs)
        made.__class__ = _JsonParser
        return made

    def run(self, **options: Any) -> object:
        """Do the work and return the document to print, or a pair (document, exit code)."""
        raise NotImplementedError

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002 - Django's signature
        """Print the one document; a DomainError becomes {"detail", "field"} and exit code 2."""
        try:
            answer = self.run(**options)
        except DomainError as error:
            answer = {"detail": error.message, "field": error.field}, 2
        document, code = answer if isinstance(answer, tuple) else (answer, 0)
        self.stdout.write(json.dumps(document, ensure_ascii=False))
        if code:
            sys.exit(code)
