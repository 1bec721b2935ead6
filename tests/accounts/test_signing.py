"""Signing in and out, lock-out, forced change, idle time-out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.middleware import SEEN_AT
from core.accounts.models import AccessLog, User
from tests import people

SIGN_IN = "/account/sign-in/"
CHANGE = "/account/password/"

pytestmark = pytest.mark.django_db


def sign_in(client, name="xian", password=people.PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": name, "password": password, "next": "/account/"}, **extra)


def signed_in_as(client):
    user = get_user(client)
    return user.username if user.is_authenticated else None


@pytest.fixture
def clerk():
    return people.county_clerk()


@pytest.mark.usefixtures("clerk")
class TestSigningIn:
    @pytest.mark.parametrize("name", ["xian", "XIAN", " xian "])
    def test_right_password_opens_the_page_asked_for(self, client, name):
        response = sign_in(client, name)
        assert (response.status_code, response.headers["Location"], signed_in_as(client)) == (302, "/account/", "xian")

    @pytest.mark.parametrize(("name", "password"), [("xian", "wrong"), ("nobody", people.PASSWORD), ("xian", "")])
    def test_wrong_name_or_password_stays_outside(self, client, name, password):
        response = sign_in(client, name, password)
        assert (response.status_code, signed_in_as(client)) == (200, None)

    def test_wrong_name_and_wrong_password_are_told_alike(self, client):
        wrong = [sign_in(client, name, "wrong").context["form"].non_field_errors() for name in ("xian", "nobody")]
        assert wrong[0] == wrong[1]

    def test_foreign_next_address_is_not_followed(self, client):
        response = client.post(
            SIGN_IN, {"username": "xian", "password": people.PASSWORD, "next": "https://elsewhere.example/"}
        )
        assert response.headers["Location"] == "/"

    def test_each_attempt_leaves_a_line(self, client):
        sign_in(client, "xian", "wrong")
        sign_in(client, "无此人", "wrong")
        sign_in(client)
        lines = (
            AccessLog.objects.filter(action="accounts.sign_in")
            .order_by("id")
            .values_list("username", "succeeded", "ip")
        )
        assert list(lines) == [
            ("xian", False, "127.0.0.1"),
            ("无此人", False, "127.0.0.1"),
            ("xian", True, "127.0.0.1"),
        ]

    def test_closed_account_stays_outside(self, client, clerk):
        User.objects.filter(pk=clerk.pk).update(is_active=False)
        sign_in(client)
        assert signed_in_as(client) is None

    def test_account_unused_for_ninety_days_is_told_why(self, client, clerk):
        long_ago = timezone.now() - timedelta(days=91)
        User.objects.filter(pk=clerk.pk).update(
            created_at=long_ago, password_changed_at=long_ago, last_login=None, last_seen=None
        )
        response = sign_in(client)
        assert signed_in_as(client) is None
        assert "90天未使用" in response.context["form"].non_field_errors()[0]

    def test_signing_out_needs_post(self, client, clerk):
        client.force_login(clerk, backend=people.SIGN_IN_BACKEND)
        assert (client.get("/account/sign-out/").status_code, signed_in_as(client)) == (405, "xian")
        assert (client.post("/account/sign-out/").status_code, signed_in_as(client)) == (302, None)


@pytest.mark.usefixtures("clerk")
class TestLockOut:
    def fail(self, client, name="xian", times=1, **extra):
        return [sign_in(client, name, "wrong", **extra).status_code for _n in range(times)]

    def test_fifth_failure_locks_the_account_even_for_the_right_password(self, client):
        statuses = self.fail(client, times=5)
        response = sign_in(Client(), REMOTE_ADDR="10.0.0.9")
        assert (statuses, response.status_code, response.headers["Retry-After"]) == (
            [200, 200, 200, 200, 429],
            429,
            "1800",
        )
        assert "锁定 30 分钟" in response.content.decode()

    def test_failures_count_whatever_the_capitals_and_wherever_from(self, client):
        for n, name in enumerate(["xian", "XIAN", "Xian", "xiaN"]):
            self.fail(client, name, REMOTE_ADDR=f"10.0.0.{n}")
        assert self.fail(client, REMOTE_ADDR="10.0.0.5") == [429]

    def test_fifth_failure_locks_the_address_for_every_account(self, client):
        people.township_clerk()
        for n in range(5):
            self.fail(client, f"guess{n}")
        assert sign_in(client, "xiang").status_code == 429
        assert sign_in(Client(), "xiang", REMOTE_ADDR="10.0.0.9").status_code == 302

    def test_lock_ends_after_thirty_minutes(self, client, monkeypatch):
        self.fail(client, times=5)
        now = datetime.now(ZoneInfo("UTC"))
        monkeypatch.setattr("axes.handlers.proxy.now", lambda: now + timedelta(minutes=29))
        early = sign_in(client).status_code
        monkeypatch.setattr("axes.handlers.proxy.now", lambda: now + timedelta(minutes=31))
        assert (early, sign_in(client).status_code) == (429, 302)

    def test_success_forgets_the_failures_before(self, client):
        self.fail(client, times=4)
        sign_in(client)
        assert self.fail(Client(), times=4) == [200, 200, 200, 200]


class TestForcedChange:
    @pytest.fixture
    def browser(self, clerk):
        User.objects.filter(pk=clerk.pk).update(must_change_password=True)
        return people.client_for(clerk)

    def test_every_page_leads_to_the_change(self, browser):
        for address in ("/", "/account/", "/account/users/"):
            response = browser.get(address)
            assert (response.status_code, response.headers["Location"]) == (302, CHANGE)

    def test_htmx_request_leaves_the_page(self, browser):
        response = browser.get("/account/", headers={"HX-Request": "true"})
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, CHANGE)

    def test_api_by_session_answers_403_and_a_token_works(self, browser, clerk):
        assert browser.get("/api/v1/nowhere/").json() == {
            "detail": "请先修改密码。",
            "field": None,
            "code": "must_change_password",
        }
        assert people.api_client_for(clerk).get("/api/v1/schema/").status_code == 200

    def test_change_and_sign_out_stay_open(self, browser):
        assert browser.get(CHANGE).status_code == 200
        assert browser.post("/account/sign-out/").headers["Location"] == reverse("accounts:sign_in")

    def test_after_the_change_the_same_session_goes_on(self, browser):
        new = "Xin-Mi-Ma-1"
        response = browser.post(CHANGE, {"current": people.PASSWORD, "new": new, "again": new})
        assert response.headers["Location"] == "/"
        assert browser.get("/account/").status_code == 200
        assert sign_in(Client(), password=new).status_code == 302

    def test_other_sessions_end_with_the_change(self, browser, clerk):
        other = people.client_for(clerk)
        browser.post(CHANGE, {"current": people.PASSWORD, "new": "Xin-Mi-Ma-1", "again": "Xin-Mi-Ma-1"})
        assert signed_in_as(other) is None

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"current": "wrong"}, "current"),
            ({"new": "short", "again": "short"}, "new"),
            ({"again": "Xin-Mi-Ma-2"}, "again"),
            ({"new": people.PASSWORD, "again": people.PASSWORD}, "new"),
        ],
    )
    def test_refusal_stands_beside_its_field(self, browser, clerk, changes, field):
        form = browser.post(
            CHANGE, {"current": people.PASSWORD, "new": "Xin-Mi-Ma-1", "again": "Xin-Mi-Ma-1", **changes}
        ).context["form"]
        clerk.refresh_from_db()
        assert (list(form.errors), clerk.must_change_password) == ([field], True)


class TestIdle:
    def age(self, client, minutes):
        session = client.session
        session[SEEN_AT] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
        session.save()

    @pytest.mark.parametrize(("minutes", "expected"), [(29, 200), (31, 302)])
    def test_session_ends_after_thirty_idle_minutes(self, clerk, minutes, expected):
        client = people.client_for(clerk)
        self.age(client, minutes)
        assert client.get("/account/").status_code == expected

    def test_idle_api_session_gets_401(self, clerk):
        client = people.client_for(clerk)
        self.age(client, 31)
        response = client.get("/api/v1/schema/")
        assert (response.status_code, response.json()["code"]) == (401, "idle")

    def test_use_starts_the_half_hour_anew_but_polling_does_not(self, clerk):
        client = people.client_for(clerk)
        self.age(client, 20)
        client.get("/account/", headers={"X-Background": "1"})
        polled = timezone.now() - datetime.fromisoformat(client.session[SEEN_AT])
        client.get("/account/")
        used = timezone.now() - datetime.fromisoformat(client.session[SEEN_AT])
        clerk.refresh_from_db()
        assert (polled > timedelta(minutes=19), used < timedelta(minutes=1)) == (True, True)
        assert timezone.now() - clerk.last_seen < timedelta(minutes=1)

    def test_use_is_written_at_most_once_a_minute(self, clerk, django_assert_max_num_queries):
        client = people.client_for(clerk)
        client.get(CHANGE)
        with django_assert_max_num_queries(2):
            client.get(CHANGE)
