"""``manage.py create_token USER --scopes a,b --days N``."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.timezone import localtime

from core.accounts.models import ApiToken, User
from core.accounts.services import issue_token
from core.commands import JsonCommand
from core.errors import NotFound


class Command(JsonCommand):
    """Prints the token: the only time it is shown."""

    help = "签发接口令牌，只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        """User, scopes, days."""
        parser.add_argument("user", metavar="USER")
        parser.add_argument("--scopes", required=True, help="逗号分隔：" + ",".join(ApiToken.Scope.values))
        parser.add_argument("--days", required=True, type=int, help="有效天数")
        parser.add_argument("--name", default="", help="用途")

    def run(self, **options: Any) -> object:
        """Issue the token."""
        try:
            user = User.objects.get_by_natural_key(options["user"])
        except User.DoesNotExist as error:
            raise NotFound("not_found", f"没有这个用户：{options['user']}。", "user") from error
        issued = issue_token(user=user, name=options["name"], scopes=options["scopes"].split(","), days=options["days"])
        return {
            "token": issued.text,
            "user": user.username,
            "scopes": issued.token.scopes,
            "expires_at": localtime(issued.token.expires_at).isoformat(),
        }
