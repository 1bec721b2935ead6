"""The three standing people every permission test needs, and browsers and programs that act for them.

``county_clerk`` owns the county, ``township_clerk`` is a colleague who sees one township of it, ``stranger`` has the
county clerk's role in another county. Each call returns the same account within a test.
"""

from django.contrib.auth.hashers import make_password
from django.test import Client
from rest_framework.test import APIClient

from core.accounts.models import ApiToken, User
from core.accounts.services import issue_token

COUNTY = "520527"
TOWNSHIP = "520527219"  # 古达苗族彝族乡
OTHER_TOWNSHIP = "520527105"  # 野马川镇
OTHER_COUNTY = "522731"
PASSWORD = "Mu-Kao-2026"  # noqa: S105 - of people who exist in tests only
SIGN_IN_BACKEND = "django.contrib.auth.backends.ModelBackend"


def make_user(username: str, role: str, division: str = "", **fields: object) -> User:
    """The account of that name, made on first call with the password ``PASSWORD``, past its forced change."""
    found = User.objects.filter(username=username).first()
    if found:
        return found
    return User.objects.create(
        username=username,
        role=role,
        scope_division=division,
        password=make_password(PASSWORD),
        **{"full_name": username, **fields},
    )


def county_clerk() -> User:
    """County administrator of the county the tests run in."""
    return make_user("xian", "county_admin", COUNTY, full_name="县管理员")


def township_clerk() -> User:
    """Township officer of one township of that county."""
    return make_user("xiang", "township_officer", TOWNSHIP, full_name="乡镇专员")


def stranger() -> User:
    """County administrator of another county."""
    return make_user("wai", "county_admin", OTHER_COUNTY, full_name="外县管理员")


def with_role(role: str, division: str = COUNTY, **fields: object) -> User:
    """Someone of that role, over the county unless said."""
    return make_user(f"{role}-{division}", role, division, **fields)


def client_for(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user, backend=SIGN_IN_BACKEND)
    return client


def token_for(user: User, *scopes: str, days: int = 30) -> str:
    """The text of a new token of the user; every scope when none is named."""
    wanted = scopes or tuple(ApiToken.Scope.values)
    return issue_token(user=user, name="测试", scopes=wanted, days=days).text


def api_client_for(user: User, *scopes: str) -> APIClient:
    """A program that carries a token of the user with those scopes; every scope when none is named."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user, *scopes)}")
    return client
