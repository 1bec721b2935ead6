"""Whoever tells somebody's 就业状态 tells the day it was told: the form, many at once, programs; taken back with it."""

from datetime import date, timedelta

import pytest
from django.core import signing
from django.utils.timezone import localdate

from core.web.forms import SALT
from core.web.models import BulkEdit
from tests import people
from tests.journeys import VILLAGE, place_divisions, worker
from tests.web.reading import page
from tests.workers.checks import NUMBERS
from tests.workers.test_bulk import begin, carried_out, finished, prepared
from tests.workers.test_pages import opened
from tests.workers.test_services import refused
from workers import services
from workers.labour import gone_by
from workers.models import Worker

pytestmark = pytest.mark.django_db
MARCH, MAY, JUNE = date(2025, 3, 1), date(2025, 5, 1), date(2025, 6, 1)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def browser():
    return people.client_for(people.county_clerk())


def visited(name="甲", on=MARCH, **facts):
    """Somebody asked on that day by 李明, who said 省外务工."""
    facts = {"labour_status": "省外务工", "visited_on": on, "first_visited_on": on, "visited_by": "李明", **facts}
    return worker(name, **facts)


def told(who):
    who.refresh_from_db()
    return who.labour_status, who.visited_on, who.first_visited_on, who.visited_by


def gone_on(day):
    return set(Worker.objects.filter(gone_by(day)).values_list("name", flat=True))


class TestManyAtOnce:
    def test_a_word_begins_on_its_day_and_is_taken_back_with_it(self, browser):
        asked, never, later, same = visited(), worker("乙"), visited("丙", JUNE), visited("丁", MAY)
        url = prepared(
            browser, [asked, never, later, same], fields=["labour_status"], labour_status="迁出", told_on="2025-05-01"
        )
        root = page(browser.get(url))
        rows = [[cell.text for cell in tr.all("td")][1:] for tr in root.all("tr") if tr.all("td")]
        assert rows == [
            ["省外务工（2025-03-01）", "迁出（2025-05-01）"],
            ["—", "迁出（2025-05-01）"],
            ["省外务工（2025-05-01）", "迁出（2025-05-01）"],
        ]
        assert carried_out(browser, url).counts == {"written": 3, "same": 1}
        assert [told(who) for who in (asked, never, later, same)] == [
            ("迁出", MAY, MARCH, None),
            ("迁出", MAY, None, None),
            ("省外务工", JUNE, JUNE, "李明"),
            ("迁出", MAY, MAY, "李明"),
        ]
        assert [gone_on(MAY - timedelta(days=1)), gone_on(MAY)] == [set(), {"甲", "乙", "丁"}]
        assert BulkEdit.objects.get().words == [["就业状态", "就业状态 迁出，就业状态的日期 2025-05-01"]]
        browser.post(f"{url}undo/")
        finished(url)
        assert [told(who) for who in (asked, never, same)] == [
            ("省外务工", MARCH, MARCH, "李明"),
            (None, None, None, None),
            ("省外务工", MAY, MAY, "李明"),
        ]
        assert gone_on(MAY) == set()

    def test_nobody_is_said_to_have_been_visited_on_the_day(self, browser):
        who = visited()
        life = lambda: page(browser.get(f"/workers/{who.pk}/?tab=life")).text  # noqa: E731 - asked thrice
        url = prepared(browser, [who], fields=["labour_status"], labour_status="在校", told_on="2025-05-01")
        carried_out(browser, url)
        assert "登记就业状态 在校" in life()
        walks = life().count("入户走访")
        services.change_worker(user=people.county_clerk(), worker=who, facts={"visited_on": JUNE, "visited_by": "王英"})
        assert ["登记就业状态" in life(), "入户走访 王英" in life(), life().count("入户走访")] == [
            False,
            True,
            walks + 1,
        ]

    def test_who_told_later_keeps_the_word_beside_another_change(self, browser):
        later = visited(on=JUNE)
        fields = {"fields": ["labour_status", "intention"], "labour_status": "迁出", "told_on": "2025-05-01"}
        carried_out(browser, prepared(browser, [later], intention="县内就业", **fields))
        assert (*told(later), later.intention) == ("省外务工", JUNE, JUNE, "李明", "县内就业")

    def test_the_word_said_again_has_the_new_day(self, browser):
        who = visited()
        fields = {"fields": ["labour_status"], "labour_status": "省外务工", "told_on": "2025-05-01"}
        assert carried_out(browser, prepared(browser, [who], **fields)).counts == {"written": 1}
        assert told(who) == ("省外务工", MAY, MARCH, None)

    def test_a_first_visit_without_a_last_one_is_not_after_the_word(self, browser):
        who = worker(first_visited_on=JUNE)
        carried_out(
            browser, prepared(browser, [who], fields=["labour_status"], labour_status="在校", told_on="2025-05-01")
        )
        assert told(who) == ("在校", MAY, MAY, None)

    def test_taking_the_word_out_leaves_the_visit(self, browser):
        who = visited()
        carried_out(browser, prepared(browser, [who], fields=["labour_status"], labour_status="", told_on="2025-05-01"))
        assert told(who) == (None, MARCH, MARCH, "李明")

    def test_the_day_is_today_unless_said_never_blank_or_to_come(self, browser):
        url = begin(browser, [visited()]).url
        day = page(browser.get(url)).one("input", name="told_on")
        assert day.attrs["value"] == localdate().isoformat()
        for wrong in ("", (localdate() + timedelta(days=1)).isoformat()):
            sent = {"reason": "x", "set_labour_status": "on", "labour_status": "迁出", "told_on": wrong}
            response = browser.post(url, sent)
            assert (response.status_code, "就业状态的日期" in page(response).one(class_="alert-danger").text) == (
                422,
                True,
            )
        assert BulkEdit.objects.get().choice == {}


class TestTheForm:
    def sent(self, browser, who, **changed):
        """The form as it opened, with what was changed."""
        given = page(browser.get(f"/workers/{who.pk}/edit/"))
        kept = {one.attrs["name"]: one.attrs.get("value", "") for one in given.all("input") if "name" in one.attrs}
        kept |= {"labour_status": who.labour_status or "", "_opened": opened(browser, who), "village_code": VILLAGE}
        return browser.post(f"/workers/{who.pk}/edit/", {**kept, **changed})

    def test_another_word_is_of_today_unless_said(self, browser):
        who = visited()
        assert self.sent(browser, who, labour_status="迁出").status_code == 302
        assert told(who) == ("迁出", localdate(), MARCH, "李明")
        self.sent(browser, who, labour_status="在校", told_on="2025-05-01")
        assert told(who) == ("在校", MAY, MARCH, "李明")

    def test_a_new_visit_tells_on_its_day(self, browser):
        who = visited()
        self.sent(browser, who, labour_status="迁出", visited_on="2025-05-01")
        assert told(who) == ("迁出", MAY, MARCH, "李明")

    def test_a_correction_of_something_else_leaves_the_day(self, browser):
        who = visited()
        assert self.sent(browser, who, note="已核", told_on="").status_code == 302
        assert told(who) == ("省外务工", MARCH, MARCH, "李明")

    @pytest.mark.parametrize("day", ["", "2999-01-01"])
    def test_a_word_without_a_day_or_of_a_day_to_come_is_refused(self, browser, day):
        who = visited()
        response = self.sent(browser, who, labour_status="迁出", told_on=day)
        assert (response.status_code, "就业状态的日期" in page(response).one(class_="alert-danger").text) == (422, True)
        assert told(who) == ("省外务工", MARCH, MARCH, "李明")

    def test_a_page_open_over_midnight_tells_of_no_colleague(self, browser):
        who, yesterday = visited(), (localdate() - timedelta(days=1)).isoformat()
        before = signing.loads(opened(browser, who), salt=SALT) | {"told_on": yesterday}
        kept = {"_opened": signing.dumps(before, salt=SALT, compress=True), "told_on": yesterday}
        response = self.sent(browser, who, **kept, labour_status="迁出")
        assert "别人刚改了" not in browser.get(response.url).content.decode()
        assert told(who) == ("迁出", localdate() - timedelta(days=1), MARCH, "李明")

    def test_who_is_registered_with_a_word_says_its_day(self, browser):
        sent = {"name": "王芳", "id_number": NUMBERS[1], "village_code": VILLAGE, "labour_status": "在校"}
        assert browser.post("/workers/new/", sent).status_code == 422
        browser.post("/workers/new/", {**sent, "told_on": "2025-05-01"})
        assert told(Worker.objects.get()) == ("在校", MAY, None, None)


class TestPrograms:
    def test_another_word_is_of_today_unless_said(self):
        who, clerk = visited(), people.county_clerk()
        services.change_worker(user=clerk, worker=who, facts={"labour_status": "迁出"})
        assert told(who) == ("迁出", localdate(), MARCH, None)
        services.change_worker(user=clerk, worker=who, facts={"labour_status": "在校"}, told_on=MAY)
        assert told(who) == ("在校", MAY, MARCH, None)
        services.change_worker(user=clerk, worker=who, facts={"labour_status": "在校", "note": "再记"})
        assert told(who) == ("在校", MAY, MARCH, None)
        services.change_worker(user=clerk, worker=who, facts={"labour_status": None})
        assert told(who) == (None, MAY, MARCH, None)

    def test_no_day_is_to_come(self):
        who, clerk, tomorrow = visited(), people.county_clerk(), localdate() + timedelta(days=1)
        word = {"facts": {"labour_status": "迁出"}, "told_on": tomorrow}
        assert refused(services.change_worker, user=clerk, worker=who, **word) == ("date", "told_on")
        visit = {"facts": {"visited_on": tomorrow}}
        assert refused(services.change_worker, user=clerk, worker=who, **visit) == ("date", "visited_on")
        assert told(who) == ("省外务工", MARCH, MARCH, "李明")
