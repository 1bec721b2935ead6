"""``manage.py create_user NAME --role R [--division C …] [--station CODE …] [--password-stdin]``."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from core.accounts.models import User
from core.accounts.roles import ROLES
from core.accounts.services import Scope, create_user
from core.commands import JsonCommand


def account_document(user: User, password: str | None) -> dict[str, object]:
    """The JSON of an account just made; ``password`` only where the platform generated it."""
    return {
        "username": user.username,
        "full_name": user.full_name,
        "role": user.role,
        "division": user.scope_division,
        "villages": user.scope_villages,
        "stations": user.scope_stations,
        "institutions": user.scope_institutions,
        "must_change_password": user.must_change_password,
        "password": password,
    }


class Command(JsonCommand):
    """Prints the account; ``password`` is null when it came from stdin."""

    help = "建立账号。不给 --password-stdin 时生成密码并显示一次，首次登录须修改。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name, role, scope."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--role", required=True, help="、".join(ROLES))
        parser.add_argument(
            "--division",
            action="append",
            default=[],
            help="区划代码；不给时为全部范围；村级劳务专干可重复，给同一乡镇的几个村",
        )
        parser.add_argument("--station", action="append", default=[], help="站点编号，可重复")
        parser.add_argument("--institution", action="append", default=[], help="机构名称，可重复")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--phone", default="")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码（首行）")

    def run(self, **options: Any) -> object:
        """Create the account."""
        given = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        made = create_user(
            username=options["name"],
            role=options["role"],
            scope=Scope.of_divisions(
                options["division"], stations=tuple(options["station"]), institutions=tuple(options["institution"])
            ),
            full_name=options["full_name"],
            phone=options["phone"],
            password=given,
            must_change=given is None,
        )
        return account_document(made.user, made.password if given is None else None)
