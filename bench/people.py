"""Who asks in the benchmark: the county's administrator, a township's officer."""

from core.accounts.models import User
from core.divisions.queries import root_division

NAME = "bench"


def county_clerk() -> User:
    """The account, made on the first call; nobody can sign in with it by a password."""
    return _account(NAME, "county_admin", root_division())


def township_clerk(township: str) -> User:
    """Another one, of the township with that code."""
    return _account(f"{NAME}-township", "township_officer", township)


def _account(username: str, role: str, division: str) -> User:
    found: User
    found, made = User.objects.get_or_create(
        username=username, defaults={"role": role, "scope_division": division, "full_name": "测试"}
    )
    if made:
        found.set_unusable_password()
        found.save()
    return found
