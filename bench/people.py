"""Who asks in the benchmark."""

from core.accounts.models import User
from core.divisions.queries import root_division

NAME = "bench"
STATION = "GZ-01"
"""As bench/sql/followed.sql founds it."""


def county_clerk() -> User:
    """The account, made on the first call; nobody can sign in with it by a password."""
    return _account(NAME, "county_admin", root_division())


def readers(township: str, village: str) -> dict[str, User]:
    """One of each kind: of the county, of the township and of the village with those codes, of a partner's station."""
    return {
        "county": county_clerk(),
        "township": _account(f"{NAME}-township", "township_officer", township),
        "village": _account(f"{NAME}-village", "village_assistant", village),
        "station": _account(f"{NAME}-station", "station_staff", "", scope_stations=[STATION]),
    }


def _account(username: str, role: str, division: str, **scope: list[str]) -> User:
    found: User
    found, made = User.objects.get_or_create(
        username=username, defaults={"role": role, "scope_division": division, "full_name": "测试", **scope}
    )
    if made:
        found.set_unusable_password()
        found.save()
    return found
