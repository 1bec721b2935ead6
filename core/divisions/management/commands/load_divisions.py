"""``manage.py load_divisions [FILE]``: load a division list, the carried national one by default."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.divisions.services import CARRIED_LIST, load_divisions


class Command(JsonCommand):
    """Prints one JSON document: rows, created, updated."""

    help = "导入行政区划（CSV：code,name）。不给文件时导入自带的全国区划。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default=str(CARRIED_LIST))

    def run(self, **options: Any) -> object:
        """Load and tell what changed."""
        return asdict(load_divisions(path=Path(options["file"])))
