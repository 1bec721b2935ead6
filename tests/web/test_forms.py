import datetime as dt
from decimal import Decimal

import pytest

from core.accounts.models import User
from tests import people
from tests.web import site
from tests.web.conftest import ELSEWHERE, VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("divisions"), pytest.mark.urls("tests.web.site")]
NEW = "/kit/new/"
GOOD = {"name": "甲", "day": "2025年2月15日"}


def messages(response):
    return page(response).one(id="messages").text


def test_what_people_type_is_read(browser):
    typed = {**GOOD, "wage": "0.6万元", "phone": "１３８ 0000 1234", "village": VILLAGES[0], "client_ref": "r1"}
    response = browser.post(NEW, typed)
    assert (response.status_code, response.headers["Location"]) == (302, "/kit/divisions/")
    assert [
        {
            "name": "甲",
            "day": dt.date(2025, 2, 15),
            "wage": Decimal("6000.00"),
            "phone": "13800001234",
            "id_number": None,
            "village": VILLAGES[0],
            "client_ref": "r1",
        }
    ] == site.SAVED


def test_who_was_slower_is_told_and_loses_nothing(browser):
    """A constraint that speaks only when the row is written is a sentence on the form, not an error page."""
    response = browser.post(NEW, {**GOOD, "name": "抢先"})
    root = page(response)
    assert (response.status_code, root.one(id="id_name").attrs["value"]) == (422, "抢先")
    assert root.one(class_="alert-danger").all("li")[0].text == "刚才有人改动了相关的记录，请刷新后再试。"


def test_an_htmx_form_is_sent_on_by_header(browser):
    response = browser.post(NEW, GOOD, headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/kit/divisions/")


def test_errors_stand_on_top_and_beside_the_field_with_everything_kept(browser):
    response = browser.post(NEW, {"name": "", "day": "2999-1-1", "wage": "面议", "id_number": "52999919900101123"})
    root = page(response)
    assert (response.status_code, site.SAVED) == (422, [])
    links = root.one(class_="alert-danger").all("a")
    assert [(link.text, link.attrs["href"]) for link in links] == [
        ("名称", "#id_name"),
        ("日期", "#id_day"),
        ("月工资", "#id_wage"),
        ("证件号", "#id_id_number"),
    ]
    wage = root.one("input", id="id_wage")
    assert (wage.attrs["value"], wage.attrs["aria-invalid"], wage.attrs["aria-describedby"]) == (
        "面议",
        "true",
        "id_wage_error",
    )
    assert "面议" in root.one(id="id_wage_error").text


def test_a_business_refusal_stands_beside_the_field_it_names(browser):
    root = page(browser.post(NEW, {**GOOD, "name": "重名"}))
    assert root.one(id="id_name_error").text == "这个名称已经有了。"


def test_a_business_refusal_without_a_field_stands_on_top(browser):
    root = page(browser.post(NEW, {**GOOD, "name": "冲突"}))
    assert root.one(class_="alert-danger").all("li")[0].text == "现在不能保存。"


def test_required_fields_are_marked_for_eye_and_ear(browser):
    labels = {label.attrs["for"]: label for label in page(browser.get(NEW)).one(id="form").all("label")}
    assert ("required" in labels["id_name"].attrs["class"], labels["id_name"].text) == (True, "名称 （必填）")
    assert "required" not in labels["id_wage"].attrs["class"]


def test_the_next_record_opens_with_what_goes_along_once(browser):
    browser.post(NEW, {**GOOD, "save_next": "1"})
    root = page(browser.get(NEW))
    assert (root.one(id="id_day").attrs["value"], root.one(id="id_name").attrs.get("value")) == ("2025年2月15日", None)
    assert page(browser.get(NEW)).one(id="id_day").attrs.get("value") is None


def test_the_label_of_an_autocomplete_belongs_to_its_visible_box(browser):
    root = page(browser.get(NEW))
    box = root.one("input", id="id_village_text")
    assert (box.attrs["role"], box.attrs["data-url"], box.attrs["aria-controls"]) == (
        "combobox",
        "/choices/kit-villages/",
        "id_village_list",
    )
    assert root.one("label", for_="id_village_text").text == "村"


def test_a_chosen_value_comes_back_with_its_words(browser):
    root = page(browser.post(NEW, {"village": VILLAGES[1]}))
    assert (root.one(id="id_village").attrs["value"], root.one(id="id_village_text").attrs["value"]) == (
        VILLAGES[1],
        "201村",
    )


def test_a_value_outside_the_scope_is_no_choice_and_shows_no_words(browser):
    root = page(browser.post(NEW, {**GOOD, "village": ELSEWHERE}))
    assert root.one(id="id_village_error").text == "请从列表中选一项。"
    assert (root.one(id="id_village_text").attrs["value"], "外县村" in root.text, site.SAVED) == ("", False, [])


def test_choices_stay_inside_the_scope(browser):
    options = page(browser.get("/choices/kit-villages/", {"q": "村"})).all(role="option")
    assert {option.attrs["data-value"] for option in options} == set(VILLAGES)


@pytest.mark.parametrize(
    ("role", "source", "status"), [("log_admin", "kit-villages", 403), ("county_admin", "nowhere", 404)]
)
def test_choices_need_their_permission(role, source, status):
    assert people.client_for(people.with_role(role)).get(f"/choices/{source}/").status_code == status


def test_a_phone_form_may_be_kept_by_that_users_phone_alone(browser, clerk):
    response = browser.get(NEW)
    assert response.headers["X-Offline-Page"] == str(clerk.pk)
    assert "data-offline-queue" in page(response).one(id="form").attrs
    assert "X-Offline-Page" not in browser.post(NEW, {}).headers
    assert "X-Offline-Page" not in browser.get("/kit/divisions/").headers


@pytest.fixture
def account():
    return people.make_user("wang", "township_officer", people.TOWNSHIP, full_name="王一", phone="1")


def opened(browser, account):
    return {
        one.attrs["name"]: one.attrs.get("value", "on")
        for one in page(browser.get(f"/kit/account/{account.pk}/")).one(id="form").all("input")
        if one.attrs.get("type") != "checkbox" or "checked" in one.attrs
    }


def save(browser, account, data):
    return browser.post(f"/kit/account/{account.pk}/", data, follow=True)


def kept(account):
    account.refresh_from_db()
    return account.full_name, account.phone, account.is_active


def test_what_only_the_other_person_changed_is_kept(browser, account):
    form = opened(browser, account)
    User.objects.filter(pk=account.pk).update(phone="22", is_active=False)
    response = save(browser, account, {**form, "full_name": "王二"})
    assert kept(account) == ("王二", "22", False)
    assert messages(response) == "别人刚改了：电话、启用。已保留他们的改动。 已保存。"


def test_a_field_both_changed_is_asked_and_then_decided_by_the_second(browser, account):
    form = opened(browser, account)
    User.objects.filter(pk=account.pk).update(full_name="王三")
    response = browser.post(f"/kit/account/{account.pk}/", {**form, "full_name": "王二"})
    root = page(response)
    row = [cell.text for cell in root.one(class_="alert-warning").one("tbody").all() if cell.tag in {"th", "td"}]
    assert (response.status_code, row, kept(account)[0]) == (422, ["姓名", "王一", "王三", "王二"], "王三")
    again = {**form, "full_name": "王二", "_opened": root.one("input", name="_opened").attrs["value"]}
    save(browser, account, again)
    assert kept(account)[0] == "王二"


def test_both_making_the_same_change_is_no_clash(browser, account):
    form = opened(browser, account)
    User.objects.filter(pk=account.pk).update(full_name="王二")
    save(browser, account, {**form, "full_name": "王二", "phone": "3"})
    assert kept(account) == ("王二", "3", True)


def test_unticking_a_box_is_a_change(browser, account):
    form = opened(browser, account)
    form.pop("is_active")
    save(browser, account, form)
    assert kept(account) == ("王一", "1", False)


@pytest.mark.parametrize("token", ["", "forged:token", None])
def test_without_a_sound_opening_the_form_saves_as_typed(browser, account, token):
    data = {"full_name": "王四", "phone": "4", **({} if token is None else {"_opened": token})}
    save(browser, account, data)
    assert kept(account) == ("王四", "4", False)


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("county_admin", 404)])
def test_editing_needs_permission_and_scope(role, status):
    outside = people.stranger()
    url = f"/kit/account/{outside.pk}/"
    client = people.client_for(people.with_role(role))
    assert (client.get(url).status_code, client.post(url, {"full_name": "改"}).status_code) == (status, status)
    outside.refresh_from_db()
    assert outside.full_name == "外县管理员"
