"""The pages of accounts: who opens which, what they show once, what they refuse."""

import re

import pytest

from core.accounts.models import AccessLog, ApiToken, User
from core.accounts.services import issue_token, log_access
from core.divisions.models import Division
from tests import people

pytestmark = pytest.mark.django_db

MANAGERS = {"county_admin", "system_admin"}
READERS = {"county_admin", "auditor", "log_admin"}


@pytest.fixture(autouse=True)
def divisions():
    Division.objects.bulk_create(
        Division(code=code, name=code, level="county" if len(code) == 6 else "township")
        for code in (people.COUNTY, people.TOWNSHIP, people.OTHER_COUNTY)
    )


@pytest.mark.parametrize(
    "role", ["county_admin", "township_officer", "auditor", "system_admin", "security_admin", "log_admin"]
)
def test_each_page_opens_for_the_roles_that_need_it(role):
    browser = people.client_for(people.with_role(role))
    statuses = {page: browser.get(f"/account/{page}/").status_code for page in ("users", "users/new", "log")}
    managing, reading = (200 if role in group else 403 for group in (MANAGERS, READERS))
    assert statuses == {"users": managing, "users/new": managing, "log": reading}


@pytest.mark.parametrize("page", ["", "password/", "users/", "users/new/", "log/"])
def test_visitor_is_asked_to_sign_in(client, page):
    response = client.get(f"/account/{page}")
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (302, "/account/sign-in/")


class TestOwnTokens:
    def issue(self, browser, **changes):
        return browser.post("/account/tokens/", {"name": "月报", "scopes": ["statistics:read"], "days": 30, **changes})

    def test_new_token_is_shown_once_and_works(self, client):
        browser = people.client_for(people.county_clerk())
        text = re.search(r"lc_\w{8}_[\w-]{43}", self.issue(browser).content.decode()).group()
        again = browser.get("/account/").content.decode()
        assert text not in again
        assert f"lc_{ApiToken.objects.get().prefix}…" in again
        assert client.get("/api/v1/schema/", headers={"Authorization": f"Bearer {text}"}).status_code == 200

    def test_wrong_input_issues_nothing(self):
        browser = people.client_for(people.county_clerk())
        assert (self.issue(browser, days=0).status_code, ApiToken.objects.count()) == (422, 0)

    def test_who_may_not_issue_is_refused_and_sees_no_form(self):
        browser = people.client_for(people.with_role("auditor"))
        assert (self.issue(browser).status_code, ApiToken.objects.count()) == (403, 0)
        assert browser.get("/account/").context["may_issue"] is False

    def test_own_token_is_revoked_and_a_colleagues_is_not_found(self):
        own = issue_token(user=people.county_clerk(), name="a", scopes=["statistics:read"], days=1).token
        other = issue_token(user=people.township_clerk(), name="b", scopes=["statistics:read"], days=1).token
        browser = people.client_for(people.county_clerk())
        statuses = [browser.post(f"/account/tokens/{token.pk}/revoke/").status_code for token in (own, other)]
        own.refresh_from_db()
        other.refresh_from_db()
        assert (statuses, own.is_live, other.is_live) == ([302, 404], False, True)


NEW = {"username": "liming", "full_name": "李明", "role": "registry_officer", "division": people.COUNTY}


class TestUsers:
    @pytest.fixture
    def browser(self):
        return people.client_for(people.county_clerk())

    def test_list_shows_accounts_of_the_own_area(self):
        people.township_clerk()
        people.county_clerk()
        listed = {
            viewer.username: {
                user.username for user in people.client_for(viewer).get("/account/users/").context["users"]
            }
            for viewer in (people.county_clerk(), people.stranger())
        }
        assert listed == {"xian": {"xian", "xiang", "wai"}, "wai": {"wai"}}

    @pytest.mark.parametrize("count", [1, 3])
    def test_list_asks_the_same_queries_however_many_accounts(self, browser, count, django_assert_num_queries):
        for n in range(count):
            people.make_user(f"u{n}", "auditor", people.TOWNSHIP)
        browser.get("/account/users/")
        with django_assert_num_queries(5):
            browser.get("/account/users/")

    def test_new_account_shows_its_password_once(self, browser):
        response = browser.post("/account/users/new/", NEW)
        user = User.objects.get(username="liming")
        assert user.check_password(response.context["password"])
        assert response.context["password"] in response.content.decode().replace("&amp;", "&")
        assert (user.must_change_password, response.headers["Cache-Control"].count("no-store")) == (True, 1)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"username": "xian"}, "username"),
            ({"division": "999999"}, "division"),
            ({"division": people.OTHER_COUNTY}, "division"),
            ({"role": "station_staff"}, "stations"),
            ({"role": "provider"}, "institutions"),
            ({"role": "log_admin"}, "role"),
        ],
    )
    def test_refusal_stands_beside_its_field(self, browser, changes, field):
        response = browser.post("/account/users/new/", {**NEW, **changes})
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])

    def test_change_of_role_and_scope_is_stored(self, browser):
        user = people.township_clerk()
        data = {"full_name": "站长", "role": "station_staff", "division": people.TOWNSHIP, "stations": "GZ-01、NB-02"}
        assert browser.post(f"/account/users/{user.pk}/", data).status_code == 302
        user.refresh_from_db()
        assert (user.username, user.role, user.scope_stations) == ("xiang", "station_staff", ["GZ-01", "NB-02"])

    def test_reset_shows_a_password_that_works(self, browser):
        user = people.township_clerk()
        password = browser.post(f"/account/users/{user.pk}/reset/").context["password"]
        user.refresh_from_db()
        assert (user.check_password(password), user.must_change_password) == (True, True)

    def test_closed_account_loses_its_session_and_can_be_opened_again(self, browser):
        user = people.township_clerk()
        theirs = people.client_for(user)
        browser.post(f"/account/users/{user.pk}/active/", {})
        closed = theirs.get("/account/").status_code
        browser.post(f"/account/users/{user.pk}/active/", {"active": "1"})
        user.refresh_from_db()
        assert (closed, user.is_active) == (302, True)

    @pytest.mark.parametrize("act", ["", "reset/", "active/"])
    def test_account_of_another_county_is_not_found(self, act):
        browser = people.client_for(people.stranger())
        address = f"/account/users/{people.township_clerk().pk}/{act}"
        assert (browser.post(address) if act else browser.get(address)).status_code == 404

    @pytest.mark.parametrize("act", ["", "reset/", "active/"])
    def test_who_may_not_manage_is_refused(self, act):
        browser = people.client_for(people.township_clerk())
        address = f"/account/users/{people.county_clerk().pk}/{act}"
        assert (browser.post(address) if act else browser.get(address)).status_code == 403

    @pytest.mark.parametrize("act", ["reset/", "active/"])
    def test_own_account_is_refused(self, browser, act):
        clerk = people.county_clerk()
        response = browser.post(f"/account/users/{clerk.pk}/{act}")
        clerk.refresh_from_db()
        assert (response.status_code, clerk.is_active, clerk.must_change_password) == (403, True, False)


class TestAccessLog:
    @pytest.fixture
    def reader(self):
        return people.client_for(people.with_role("log_admin", ""))

    def shown(self, browser, query=""):
        response = browser.get(f"/account/log/{query}")
        return [line.object_id for line in response.context["lines"]], response.context["older"]

    def test_pages_go_on_where_the_last_one_ended(self, reader):
        for n in range(150):
            log_access(user=people.county_clerk(), action="reveal", object_id=n)
        first, older = self.shown(reader)
        second, end = self.shown(reader, f"?{older.urlencode()}")
        assert first + second == [str(n) for n in reversed(range(150))]
        assert end is None

    def test_filters_narrow_the_lines(self, reader):
        log_access(user=people.county_clerk(), action="reveal", object_id="a")
        log_access(user=people.county_clerk(), action="tokens.issue", object_id="b")
        log_access(user=people.stranger(), action="reveal", object_id="c")
        found = {
            query: self.shown(reader, query)[0]
            for query in ("?user=xian", "?action=reveal", "?user=xian&action=tokens.issue", "?day=2001-01-01")
        }
        assert found == {
            "?user=xian": ["b", "a"],
            "?action=reveal": ["c", "a"],
            "?user=xian&action=tokens.issue": ["b"],
            "?day=2001-01-01": [],
        }

    @pytest.mark.parametrize(
        "query", ["?day=yesterday", "?day=2025-02-31", "?before=x", "?before=٣", "?before=" + "9" * 40]
    )
    def test_nonsense_filters_do_no_harm(self, reader, query):
        log_access(user=people.county_clerk(), action="reveal", object_id="a")
        assert self.shown(reader, query)[0] == ["a"]

    def test_lines_exist_for_what_managers_do(self):
        browser = people.client_for(people.county_clerk())
        browser.post(f"/account/users/{people.township_clerk().pk}/reset/")
        line = AccessLog.objects.get(action="accounts.reset_password")
        assert (line.username, line.object_id, line.ip) == ("xian", "xiang", "127.0.0.1")
