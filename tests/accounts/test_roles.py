"""What roles may do and whose rows they see."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from core.accounts import roles, scope
from core.accounts.actions import action_name
from core.accounts.models import AccessLog, User
from core.accounts.roles import ROLES, ScopeKind
from core.accounts.services import log_access
from tests import people

NAMED_IN_THE_DESIGN = {
    "county_admin", "registry_officer", "training_officer", "dispatch_officer", "startup_officer", "subsidy_reviewer",
    "subsidy_approver", "finance_officer", "township_officer", "village_assistant", "station_staff", "provider",
    "evaluator", "partner_bureau", "auditor", "system_admin", "security_admin", "log_admin",
}  # fmt: skip

CALL = re.compile(r'log_access\([^)]*?action="([\w.]+)"', re.DOTALL)


def may(role, permission):
    return ROLES[role].holds(permission)


def test_role_table_holds_the_roles_of_the_design():
    assert set(ROLES) == NAMED_IN_THE_DESIGN


@pytest.mark.parametrize(
    ("role", "permission", "expected"),
    [
        ("county_admin", "workers.edit", True),
        ("county_admin", "fairs.invented_by_an_app_above", True),
        ("county_admin", "users.manage", True),
        ("county_admin", "users.policy", False),
        ("auditor", "workers.view", True),
        ("auditor", "fairs.view", True),
        ("auditor", "accesslog.view", True),
        ("auditor", "workers.edit", False),
        ("auditor", "workers.export", False),
        ("auditor", "workers.reveal", False),
        ("auditor", "imports.write", False),
        ("township_officer", "imports.register", True),
        ("township_officer", "stations.edit", False),
        ("station_staff", "visits.write", True),
        ("station_staff", "workers.reveal", False),
        ("station_staff", "workers.reveal.phone", True),
        ("station_staff", "workers.reveal.id_number", False),
        ("registry_officer", "workers.reveal.card", True),
        ("subsidy_reviewer", "subsidies.approve", False),
        ("subsidy_approver", "subsidies.review", False),
        ("finance_officer", "subsidies.approve", False),
        ("system_admin", "workers.view", False),
        ("system_admin", "accesslog.view", False),
        ("log_admin", "accesslog.view", True),
        ("log_admin", "users.manage", False),
    ],
)
def test_role_holds_exactly_its_permissions(role, permission, expected):
    assert may(role, permission) is expected


def test_app_above_grants_its_own_permission(monkeypatch):
    monkeypatch.setattr(roles, "_GRANTED", {})
    before = may("training_officer", "fairs.edit")
    roles.grant("training_officer", "fairs.edit")
    assert (before, may("training_officer", "fairs.edit"), may("dispatch_officer", "fairs.edit")) == (
        False,
        True,
        False,
    )


def test_granting_to_an_unknown_role_fails():
    with pytest.raises(KeyError):
        roles.grant("nobody", "fairs.edit")


def test_closed_account_may_do_nothing():
    assert User(role="county_admin", is_active=False).can("workers.view") is False


def test_account_of_a_removed_role_may_do_nothing_and_sees_nothing():
    user = User(role="abolished")
    assert (user.can("workers.view"), user.scope_kind) == (False, ScopeKind.NOTHING)


@pytest.fixture
def four_accounts():
    for name, division in (("a", "520527"), ("b", "520527219"), ("c", "520527219201"), ("d", "522731")):
        people.make_user(name, "village_assistant", division)


def seen(user):
    # Accounts have a division column: as good a table as any to try the condition on.
    rows = User.objects.filter(username__in="abcd").filter(user.scope_q("scope_division", person="pk"))
    return "".join(rows.order_by("username").values_list("username", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("four_accounts")
def test_division_scope_is_a_prefix(settings):
    settings.ROOT_DIVISION = "520527"
    by_scope = {
        code: seen(User(role="township_officer", scope_division=code))
        for code in ("", "520527", "520527219", "52", "44")
    }
    assert by_scope == {"": "abc", "520527": "abc", "520527219": "bc", "52": "abcd", "44": ""}


@pytest.mark.django_db
@pytest.mark.usefixtures("four_accounts")
def test_station_staff_see_only_whom_an_app_above_says(monkeypatch):
    monkeypatch.setattr(scope, "_REACHES", {kind: {} for kind in ScopeKind})
    staff = User(role="station_staff", scope_stations=["GZ-01"])
    assert seen(staff) == ""
    scope.register_reach(ScopeKind.STATIONS, "one", lambda _user: User.objects.filter(username="a").values("pk"))
    scope.register_reach(
        ScopeKind.STATIONS,
        "two",
        lambda user: User.objects.filter(username="d", pk__gt=len(user.scope_stations) - 1).values("pk"),
    )
    assert seen(staff) == "ad"
    assert seen(User(role="provider")) == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("four_accounts")
@pytest.mark.parametrize(
    "role", ["system_admin", "security_admin", "log_admin", "provider", "evaluator", "partner_bureau"]
)
def test_roles_without_division_scope_see_no_person_by_division(role):
    assert seen(User(role=role, scope_division="520527")) == ""


def test_person_path_is_guessed_from_the_village_path(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "core.accounts.models.scope_condition", lambda _user, field, person: asked.append((field, person))
    )
    for field in ("village_code", "worker__village_code", "passenger__worker__village_code"):
        User(role="county_admin").scope_q(field)
    assert asked == [
        ("village_code", "pk"),
        ("worker__village_code", "worker_id"),
        ("passenger__worker__village_code", "passenger__worker_id"),
    ]


@pytest.mark.django_db
def test_log_lines_are_seen_by_area():
    for person in (people.county_clerk(), people.township_clerk(), people.stranger()):
        log_access(user=person, action="test")
    log_access(user=None, username="无此人", action="test")
    lines = {
        viewer.username: set(AccessLog.objects.visible_to(viewer).values_list("username", flat=True))
        for viewer in (
            people.county_clerk(),
            people.township_clerk(),
            people.stranger(),
            people.with_role("log_admin", ""),
        )
    }
    assert lines == {
        "xian": {"xian", "xiang", "wai", "无此人"},
        "xiang": {"xiang"},
        "wai": {"wai"},
        "log_admin-": {"xian", "xiang", "wai", "无此人"},
    }


@pytest.mark.parametrize(("language", "expected"), [("zh-hans", "乡镇（街道）人社中心"), ("en", "Township officer")])
def test_role_is_named_in_the_language_of_the_page(language, expected):
    with translation.override(language):
        assert User(role="township_officer").get_role_display() == expected


def test_every_action_of_the_log_is_named():
    written = {
        code
        for file in (Path(__file__).parents[2] / "core").rglob("*.py")
        for code in CALL.findall(file.read_text(encoding="utf-8"))
    }
    assert {code for code in written if action_name(code) == code} == set()
    assert "accounts.sign_in" in written
