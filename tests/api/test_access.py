"""Who gets in: tokens, scopes, sessions, and the shape of every refusal."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from core.accounts.models import ApiToken, User
from core.accounts.services import issue_token, revoke_token, set_active
from core.api import authentication
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.sample")]

ECHO = "/api/v1/echo/"


def get(address=ECHO, token=None, client=None, **headers):
    client = client or APIClient()
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return client.get(address, headers=headers)


def refusal(response):
    body = response.json()
    return response.status_code, body["detail"], body["field"]


def issued(user=None, scopes=("statistics:read",), days=30):
    return issue_token(user=user or people.county_clerk(), name="测试", scopes=scopes, days=days)


class TestTokens:
    def test_token_with_the_scope_gets_an_answer(self):
        response = get(token=issued().text)
        assert (response.status_code, response.json()) == (200, {"said": ""})

    def test_nobody_is_told_to_bring_a_token(self):
        response = get()
        assert refusal(response) == (401, "请先登录，或在请求头提供令牌。", None)
        assert response.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "text", ["", "x", "lc_aaaaaaaa_" + "b" * 43, "lc_" + "a" * 60, "令牌", "lc_aaaaaaaa_" + "b" * 43 + "\u0000"]
    )
    def test_nonsense_is_no_token(self, text):
        response = get(token=text.encode().decode("latin-1"))
        assert refusal(response) == (401, "令牌不正确。", None)
        assert response.headers["WWW-Authenticate"] == "Bearer"

    def test_right_prefix_with_a_wrong_secret_is_refused_before_and_after_the_right_one(self):
        token = issued()
        wrong = token.text[:-1] + ("a" if token.text[-1] != "a" else "b")
        assert [get(token=text).status_code for text in (wrong, token.text, wrong)] == [401, 200, 401]

    def test_expired_token_is_refused_even_when_remembered(self):
        token = issued()
        assert get(token=token.text).status_code == 200
        remembered = authentication._remembered[token.token.prefix][1]
        remembered.expires_at = timezone.now() - timedelta(seconds=1)
        assert refusal(get(token=token.text)) == (401, "令牌已过期。", None)

    def test_revoked_token_works_no_longer_than_five_seconds(self, monkeypatch):
        token = issued()
        clock = [1000.0]
        monkeypatch.setattr(authentication.time, "monotonic", lambda: clock[0])
        get(token=token.text)
        revoke_token(token=token.token, by=None)
        clock[0] += authentication.REMEMBERED_FOR + 0.1
        assert refusal(get(token=token.text)) == (401, "令牌已吊销。", None)

    def test_tokens_of_a_closed_account_are_refused(self):
        user = people.township_clerk()
        token = issued(user)
        set_active(user=user, active=False, by=None)
        assert get(token=token.text).status_code == 401

    def test_last_use_is_written_at_most_once_a_minute(self):
        token = issued()
        get(token=token.text)
        row = ApiToken.objects.get()
        first = row.last_used_at
        authentication.forget_tokens()
        get(token=token.text)
        second = ApiToken.objects.get().last_used_at
        ApiToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
        authentication.forget_tokens()
        get(token=token.text)
        third = ApiToken.objects.get().last_used_at
        assert (second == first, third > first) == (True, True)

    def test_known_token_costs_no_query(self, django_assert_num_queries):
        token = issued().text
        get(token=token)
        with django_assert_num_queries(0):
            get(token=token)


class TestScopes:
    @pytest.mark.parametrize(
        ("method", "scopes", "role", "expected"),
        [
            ("get", ["statistics:read"], "county_admin", 200),
            ("get", ["imports:write"], "county_admin", 403),
            ("post", ["statistics:read"], "county_admin", 403),
            ("post", ["imports:write"], "county_admin", 201),
            ("get", ["statistics:read", "imports:write"], "station_staff", 403),
            ("post", ["statistics:read", "imports:write"], "station_staff", 201),
            ("post", ["statistics:read", "imports:write"], "auditor", 403),
        ],
    )
    def test_scope_of_the_token_and_permission_of_its_user_are_both_needed(self, method, scopes, role, expected):
        client = people.api_client_for(people.with_role(role), *scopes)
        ask = getattr(client, method)
        assert ask(ECHO, {"count": 1, "note": "a"}, format="json" if method == "post" else None).status_code == expected

    def test_missing_scope_is_named(self):
        response = people.api_client_for(people.county_clerk(), "imports:write").get(ECHO)
        assert refusal(response) == (403, "令牌没有“statistics:read”权限范围。", None)

    def test_endpoint_that_declares_nothing_is_closed(self):
        assert people.api_client_for(people.county_clerk()).get("/api/v1/forgotten/").status_code == 403


class TestBrowser:
    def test_signed_in_person_asks_by_permission(self):
        assert people.client_for(people.county_clerk()).get(ECHO).status_code == 200
        assert people.client_for(people.with_role("station_staff")).get(ECHO).status_code == 403

    def test_writing_needs_the_csrf_token(self):
        user = people.county_clerk()
        client = Client(enforce_csrf_checks=True)
        client.force_login(user, backend=people.SIGN_IN_BACKEND)
        data = {"count": 1, "note": "a"}
        without = client.post(ECHO, data)
        client.cookies["csrftoken"] = "a" * 32
        with_token = client.post(ECHO, data, headers={"X-CSRFToken": "a" * 32})
        assert refusal(without) == (403, "页面已过期，请刷新后重试。", None)
        assert with_token.status_code == 201

    def test_writing_by_token_needs_no_csrf_token(self):
        token = people.token_for(people.county_clerk(), "imports:write")
        client = Client(enforce_csrf_checks=True)
        response = client.post(ECHO, {"count": 1, "note": "a"}, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 201

    def test_token_decides_though_somebody_is_signed_in(self):
        browser = people.client_for(people.county_clerk())
        token = people.token_for(people.with_role("station_staff"), "statistics:read")
        assert get(client=browser, token=token).status_code == 403


class TestRefusals:
    @pytest.fixture
    def program(self):
        return people.api_client_for(people.county_clerk())

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("domain", (422, "金额不正确。", "amount")),
            ("conflict", (409, "已被他人修改。", None)),
            ("forbidden", (403, "不能审核自己提交的申请。", None)),
            ("missing", (404, "没有这个批次。", None)),
        ],
    )
    def test_business_refusals_keep_their_sentence(self, program, kind, expected):
        assert refusal(program.get(f"/api/v1/faults/{kind}/")) == expected

    def test_details_and_code_go_out(self, program):
        body = program.get("/api/v1/faults/conflict/").json()
        assert (body["details"], body["code"]) == ([{"row": 3}], "changed")

    def test_what_nobody_foresaw_is_a_500_without_its_secret(self, program):
        program.raise_request_exception = False
        response = program.get("/api/v1/faults/unforeseen/")
        assert refusal(response) == (500, "服务器处理请求时出错，已记录。", None)
        assert "秘密" not in response.content.decode()

    @pytest.mark.parametrize("method", ["get", "post", "delete"])
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_unknown_address_is_a_404_in_json(self, program, method, signed_in):
        client = program if signed_in else APIClient(enforce_csrf_checks=True)
        status, detail, field = refusal(getattr(client, method)("/api/v1/no/such/"))
        assert (status, detail, field) == (404, "没有这个接口地址。", None)

    def test_address_outside_the_version_is_a_404_in_json(self, program):
        assert refusal(program.get("/api/v9/")) == (404, "没有这个接口地址。", None)

    def test_wrong_method_is_a_405(self, program):
        assert refusal(program.delete(ECHO)) == (405, "该地址不支持这种请求方法。", None)

    @pytest.mark.parametrize(
        ("data", "fields"),
        [
            ({}, ["count", "note"]),
            ({"count": "many", "note": "a"}, ["count"]),
            ({"count": 1, "note": "abcd"}, ["note"]),
            ([1], [None]),
        ],
    )
    def test_bad_fields_are_all_named(self, program, data, fields):
        response = program.post(ECHO, data, format="json")
        body = response.json()
        listed = [fault["field"] for fault in body.get("errors", [body])]
        assert (response.status_code, body["field"], listed) == (422, fields[0], fields)

    def test_broken_json_is_a_400(self, program):
        response = program.post(ECHO, "{", content_type="application/json")
        assert refusal(response) == (400, "请求内容无法解析。", None)

    def test_unknown_content_type_is_a_415(self, program):
        response = program.post(ECHO, "x", content_type="text/csv")
        assert refusal(response) == (415, "不支持请求的内容类型。", None)

    def test_answers_are_json_whatever_is_accepted(self, program):
        response = program.get(ECHO, headers={"Accept": "text/html"})
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")

    def test_foreign_host_is_refused(self, program):
        assert program.get(ECHO, headers={"Host": "elsewhere.example"}).status_code == 400

    def test_language_of_the_last_page_does_not_reach_a_program(self, program):
        browser = people.client_for(people.county_clerk())
        browser.get("/account/password/", headers={"Accept-Language": "en"})
        body = program.post(ECHO, {"count": "many", "note": "a"}, format="json").json()
        assert body["detail"] == "请填写合法的整数值。"


def test_short_way_and_long_way_answer_alike():
    user = people.county_clerk()
    by_token = people.api_client_for(user).get(ECHO, {"say": "你好"})
    by_session = people.client_for(user).get(ECHO, {"say": "你好"})
    same = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "X-Content-Type-Options")
    assert by_token.content == by_session.content
    assert [by_token.headers.get(name) for name in same] == [by_session.headers.get(name) for name in same]


def test_closed_account_in_a_browser_is_nobody():
    browser = people.client_for(people.county_clerk())
    User.objects.update(is_active=False)
    assert browser.get(ECHO).status_code == 401
