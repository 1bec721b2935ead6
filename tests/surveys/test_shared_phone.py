"""What a phone in the hills does to a visit: several people use it, the session runs out, answers get lost, it is full."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from core.accounts.models import User
from core.web.forms import FormScreen
from tests import people
from tests.surveys.facts import assistant, survey_of
from tests.surveys.walking import MINE, at_the_door, card, fetched_ahead, on_again
from workers.surveys.models import DoorVisit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DOOR = "**/workers/surveys/door/**"
KEPT = (
    "caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith('pages-'))"
    ".map((name) => caches.open(name).then((cache) => cache.keys())))).then((found) => found.flat().length)"
)
DRAFTS = (
    "new Promise((done) => { const asked = indexedDB.open('laborcoop'); asked.onsuccess = () => {"
    " const all = asked.result.transaction('drafts').objectStore('drafts').count();"
    " all.onsuccess = () => done(all.result); }; })"
)


def says(phone, text):
    expect(phone.locator("#offline")).to_contain_text(text)


def nothing_waits(phone):
    expect(phone.locator("#offline")).to_be_hidden()


def arrived(phone, visits):
    """So many are stored, waited for: a page begins with nothing said, before it has looked at what it keeps."""
    last = time.monotonic() + 20
    while DoorVisit.objects.count() < visits and time.monotonic() < last:
        phone.wait_for_timeout(100)
    nothing_waits(phone)


def tap(phone, name):
    card(phone, name).locator("button").tap()


def tapped_without_signal(phone, homes, *names):
    fetched_ahead(phone, homes[:1])
    phone.context.set_offline(True)
    for count, name in enumerate(names, 1):
        tap(phone, name)
        says(phone, f"{count} 条待发送")
        expect(card(phone, name).locator(".queued")).to_be_visible()


def signed_in_as(phone, user):
    """Somebody else signs in on the same phone, in another tab."""
    session = people.client_for(user).cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": phone.evaluate("location.origin")}])


def test_nobodys_answers_are_sent_as_somebody_elses(phone, homes):
    tapped_without_signal(phone, homes, "户主00")
    colleague = people.make_user("tongshi", "village_assistant", assistant().scope_division)
    signed_in_as(phone, colleague)
    on_again(phone)
    says(phone, "请用填写时的账号重新登录")
    assert DoorVisit.objects.count() == 0
    phone.goto(MINE)
    nothing_waits(phone)
    signed_in_as(phone, assistant())
    phone.goto(MINE)
    arrived(phone, 1)
    assert DoorVisit.objects.get().user == assistant()


def test_an_answer_of_a_page_that_was_open_before_somebody_else_signed_in_waits_for_its_author(phone, homes):
    phone.goto(MINE)
    signed_in_as(phone, people.make_user("tongshi", "village_assistant", assistant().scope_division))
    tap(phone, "户主00")
    expect(phone.locator(".user-name")).to_have_text("tongshi")
    assert DoorVisit.objects.count() == 0
    signed_in_as(phone, assistant())
    phone.goto(MINE)
    expect(phone.locator(".factory .person")).to_have_count(29)
    assert DoorVisit.objects.get().user == assistant()


@pytest.mark.parametrize("end", ["idle", "password"])
def test_what_meets_an_ended_session_is_kept_and_sent_after_signing_in(phone, homes, end):
    tapped_without_signal(phone, homes, "户主00", "户主01")
    if end == "idle":
        for session in Session.objects.all():
            told = session.get_decoded() | {"seen_at": (timezone.now() - timedelta(hours=1)).isoformat()}
            Session.objects.filter(pk=session.pk).update(session_data=Session.objects.encode(told))
    else:
        User.objects.filter(pk=assistant().pk).update(password_changed_at=timezone.now() - timedelta(days=100))
    on_again(phone)
    says(phone, "2 条待发送请用填写时的账号重新登录，登录后自动发送")
    assert DoorVisit.objects.count() == 0
    User.objects.filter(pk=assistant().pk).update(password_changed_at=timezone.now())
    signed_in_as(phone, assistant())
    phone.goto(MINE)
    arrived(phone, 2)
    assert list(DoorVisit.objects.order_by("pk").values_list("task__contact__name", flat=True)) == ["户主00", "户主01"]


def test_what_was_sent_is_said_done_on_the_list(phone, homes):
    tapped_without_signal(phone, homes, "户主00", "户主01")
    on_again(phone)
    nothing_waits(phone)
    expect(phone.locator(".factory .person")).to_have_count(28)


def test_an_answer_whose_receipt_is_lost_is_stored_once(phone, homes):
    fetched_ahead(phone, homes[:1])

    stored = []

    def lost(route):
        if route.request.method == "POST" and not stored:
            stored.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    phone.context.route(DOOR, lost)
    tap(phone, "户主00")
    expect(phone.locator(".factory .person")).to_have_count(29)
    nothing_waits(phone)
    assert (stored, DoorVisit.objects.count()) == ([204], 1)


def test_a_browser_that_is_killed_while_it_sends_sends_again(phone, homes):
    fetched_ahead(phone, homes[:1])
    phone.route(DOOR, lambda route: None if route.request.method == "POST" else route.fallback())
    tap(phone, "户主00")
    expect(card(phone, "户主00").locator("form")).to_have_attribute("aria-busy", "true")
    again = phone.context.new_page()
    phone.close()
    again.goto(MINE)
    arrived(again, 1)
    expect(again.locator(".factory .person")).to_have_count(29)
    assert DoorVisit.objects.count() == 1


def test_one_that_breaks_the_server_does_not_hold_back_the_others(phone, homes, monkeypatch):
    real, broken = FormScreen.post, []

    def breaks(screen, request, **key):
        if str(key.get("ref")) == ref:
            broken.append(1)
            raise RuntimeError("broken on purpose")
        return real(screen, request, **key)

    fetched_ahead(phone, homes[:1])
    ref = card(phone, "户主00").locator(".person-main").get_attribute("href").split("/")[-2]
    phone.context.set_offline(True)
    for name in ("户主00", "户主01", "户主02"):
        tap(phone, name)
        expect(card(phone, name).locator(".queued")).to_be_visible()
    monkeypatch.setattr(FormScreen, "post", breaks)
    on_again(phone)
    says(phone, "1 条待发送")
    assert DoorVisit.objects.count() == 2
    monkeypatch.setattr(FormScreen, "post", real)
    phone.get_by_role("button", name="立即发送").tap()
    nothing_waits(phone)
    assert (len(broken) > 0, DoorVisit.objects.count()) == (True, 3)


def test_what_waits_is_what_the_household_shows_when_it_is_opened_again(phone, homes):
    fetched_ahead(phone, homes[:1])
    phone.context.set_offline(True)
    for field, value in (("intention", "就近就业"), ("skill", "焊工")):
        at_the_door(phone, "户主00")
        # The second time what was typed the first time has opened it.
        phone.locator(".asked", has_text="户主00").evaluate("(person) => { person.open = true; }")
        phone.fill(f"#id_p{homes[0][0].pk}-{field}", value)
        phone.tap("#form .btn-primary")
        phone.wait_for_url(f"**{MINE}")
    at_the_door(phone, "户主00")
    expect(phone.locator("#messages")).to_contain_text("这里填的还在本机待发送")
    expect(phone.locator(f"#id_p{homes[0][0].pk}-intention")).to_have_value("就近就业")
    expect(phone.locator(f"#id_p{homes[0][0].pk}-intention")).to_be_visible()
    expect(phone.locator(f"#id_p{homes[0][1].pk}-intention")).to_be_hidden()
    phone.goto(MINE)
    says(phone, "2 条待发送")
    on_again(phone)
    nothing_waits(phone)
    assert survey_of(homes[0][0]).changes == {"intention": "就近就业", "skill": "焊工"}


def test_a_full_phone_says_that_nothing_was_kept(phone, homes):
    fetched_ahead(phone, homes[:1])
    at_the_door(phone, "户主00")
    phone.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError'); }; }"
    )
    phone.context.set_offline(True)
    phone.locator(".asked summary", has_text="户主00").tap()
    phone.fill(f"#id_p{homes[0][0].pk}-skill", "焊工")
    phone.tap("#form .btn-primary")
    expect(phone.locator("#messages")).to_contain_text("本机也存不下了，没有保存")
    expect(phone.locator(f"#id_p{homes[0][0].pk}-skill")).to_have_value("焊工")
    phone.context.set_offline(False)
    phone.tap("#form .btn-primary")
    phone.wait_for_url(f"**{MINE}")
    assert survey_of(homes[0][0]).changes == {"skill": "焊工"}


def test_signing_out_leaves_no_page_and_nothing_half_typed_in_the_browser(phone, homes):
    fetched_ahead(phone, homes[:1])
    at_the_door(phone, "户主00")
    phone.locator(".asked summary", has_text="户主00").tap()
    phone.fill(f"#id_p{homes[0][0].pk}-phone", "13987654321")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.wait_for_timeout(200)
    assert (phone.evaluate(KEPT) > 0, phone.evaluate(DRAFTS)) == (True, 1)
    phone.goto("/me/")
    phone.locator("main form[data-clear-offline] button").tap()
    phone.wait_for_url("**/sign-in/**")
    assert (phone.evaluate(KEPT), phone.evaluate(DRAFTS)) == (0, 0)


def test_signing_out_while_something_waits_asks_first(phone, homes):
    tapped_without_signal(phone, homes, "户主00")
    # Before the signal is back: what waits is sent at once.
    phone.context.route(DOOR, lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    phone.context.set_offline(False)
    asked = []
    phone.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    phone.goto("/me/")
    says(phone, "1 条待发送")
    with phone.expect_event("dialog"):
        phone.locator("main form[data-clear-offline] button").tap()
    expect(phone.locator("main form[data-clear-offline]")).to_be_visible()
    assert asked == ["还有 1 条没有发送，退出后要用本账号再登录才会发送。确定退出？"]
