"""``manage.py load_demo [--scale N]``: the demo county, only into an installation without people."""

import time
from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.errors import Conflict
from demo.loading import load_demo

DEFAULT_SCALE = 120_000


class Command(JsonCommand):
    """Prints one JSON document with the users and their passwords; told once. Loaded already: says so and exits 0."""

    help = "装入演示县（虚构人员、真实村居）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--scale``: how many people, 1,000 to 1,000,000."""
        parser.add_argument("--scale", type=int, default=DEFAULT_SCALE)

    def run(self, **options: Any) -> object:
        """Load and tell the users."""
        started = time.monotonic()

        def say(step: str) -> None:
            self.stderr.write(f"    {time.monotonic() - started:5.1f} s  {step}")

        try:
            return load_demo(scale=options["scale"], say=say)
        except Conflict as error:
            return {"workers": 0, "users": [], "detail": error.message}
