"""Who asks in the benchmark: the county's administrator."""

from core.accounts.models import User
from core.divisions.queries import root_division

NAME = "bench"


def county_clerk() -> User:
    """The account, made on the first call; nobody can sign in with it by a password."""
    found: User
    found, made = User.objects.get_or_create(
        username=NAME, defaults={"role": "county_admin", "scope_division": root_division(), "full_name": "测试"}
    )
    if made:
        found.set_unusable_password()
        found.save()
    return found
