"""``manage.py load_divisions [FILE]``: load a division list, the carried national one by default."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.divisions.services import CARRIED_LIST, load_divisions
from core.errors import DomainError


class Command(BaseCommand):
    """Prints one JSON document: rows, created, updated."""

    help = "导入行政区划（CSV：code,name）。不给文件时导入自带的全国区划。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default=str(CARRIED_LIST))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = load_divisions(path=Path(options["file"]))
        except DomainError as error:
            self.stdout.write(json.dumps({"detail": error.message, "field": error.field}, ensure_ascii=False))
            sys.exit(2)
        self.stdout.write(json.dumps(asdict(result)))
