"""create_user and create_token: exactly one JSON document on stdout, exit 2 on a bad parameter (formats.md §4)."""

import io
import json
from datetime import datetime

import pytest
from django.core.management import call_command

from core.accounts import tokens
from core.accounts.models import ApiToken, User
from core.divisions.models import Division
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    Division.objects.create(code=people.COUNTY, name="赫章县", level="county")


@pytest.fixture
def command(capsys):
    def run(*words):
        """(exit code, the one document on stdout)."""
        code = 0
        try:
            call_command(*words)
        except SystemExit as stop:
            code = stop.code
        out = capsys.readouterr().out
        assert out.count("\n") == 1
        return code, json.loads(out)

    return run


def test_create_user_prints_a_generated_password_that_works(command):
    code, made = command(
        "create_user", "zhang", "--role", "county_admin", "--division", people.COUNTY, "--full-name", "张三"
    )
    user = User.objects.get(username="zhang")
    assert user.check_password(made.pop("password"))
    assert (code, made) == (
        0,
        {
            "username": "zhang", "full_name": "张三", "role": "county_admin", "division": people.COUNTY,
            "villages": [], "stations": [], "institutions": [], "must_change_password": True,
        },
    )  # fmt: skip


def test_create_user_takes_a_password_from_stdin_and_does_not_print_it(command, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Zhang-San-26 \n"))
    _code, made = command("create_user", "li", "--role", "auditor", "--password-stdin")
    assert (made["password"], made["must_change_password"]) == (None, False)
    assert User.objects.get(username="li").check_password("Zhang-San-26 ")


def test_create_user_gives_station_staff_their_stations(command):
    words = ["create_user", "zhan", "--role", "station_staff", "--station", "GZ-01", "--station", "NB-02"]
    assert command(*words)[1]["stations"] == ["GZ-01", "NB-02"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["li"], "role"),
        (["--role", "auditor"], "name"),
        (["li", "--role", "boss"], "role"),
        (["li", "--role", "auditor", "--division", "999999"], "division"),
        (["li", "--role", "station_staff"], "station"),
        (["li li", "--role", "auditor"], "username"),
        (["xian", "--role", "auditor"], "username"),
    ],
)
def test_create_user_names_the_parameter_at_fault(command, words, field):
    people.county_clerk()
    code, refusal = command("create_user", *words)
    assert (code, refusal["field"], list(refusal)) == (2, field, ["detail", "field"])
    assert User.objects.count() == 1


def test_unknown_option_is_refused_in_json(command):
    code, refusal = command("create_user", "li", "--role", "auditor", "--boss")
    assert (code, list(refusal)) == (2, ["detail", "field"])


def test_create_token_prints_a_token_that_opens_its_row(command):
    people.county_clerk()
    code, made = command("create_token", "xian", "--scopes", "statistics:read,registry:read", "--days", "7")
    row = ApiToken.objects.get()
    assert tokens.parse(made["token"]).opens(row.digest)
    assert (code, made["user"], made["scopes"]) == (0, "xian", ["statistics:read", "registry:read"])
    assert datetime.fromisoformat(made["expires_at"]) == row.expires_at


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["nobody", "--scopes", "statistics:read", "--days", "7"], "user"),
        (["xian", "--scopes", "everything", "--days", "7"], "scopes"),
        (["xian", "--scopes", "", "--days", "7"], "scopes"),
        (["xian", "--scopes", "statistics:read", "--days", "0"], "days"),
        (["xian", "--scopes", "statistics:read", "--days", "seven"], "days"),
        (["xian", "--days", "7"], "scopes"),
    ],
)
def test_create_token_names_the_parameter_at_fault(command, words, field):
    people.county_clerk()
    code, refusal = command("create_token", *words)
    assert (code, refusal["field"], ApiToken.objects.count()) == (2, field, 0)
