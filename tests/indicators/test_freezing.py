"""Publishing figures: the page, the run, the command; who may, and what is refused before anything is computed."""

import datetime as dt
import json

import pytest
from django.core.management import call_command

from core.accounts.models import User
from core.history.models import Operation
from core.indicators import freezing
from core.indicators.answers import answer
from core.indicators.models import Freeze
from core.indicators.questions import read_question
from core.jobs import services as jobs
from core.jobs.models import Job
from core.workbooks.services import Silent
from employment.models import Spell
from tests.indicators.facts import small_county
from tests.people import TOWNSHIP, client_for, county_clerk, stranger, township_clerk, with_role
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST, NEW = "/statistics/freezes/", "/statistics/freezes/new/"
ASKED = {"period": "2025-06", "division": "", "codes": ["OUT_STOCK", "ORG_P"], "reason": "六月月报", "confirmed": "on"}


@pytest.fixture
def people():
    return small_county()


@pytest.fixture
def browser():
    return client_for(county_clerk())


def published():
    return sorted(Freeze.objects.values_list("indicator", "variant", "division", "reason"))


def run_waiting():
    return jobs.run(job_id=Job.objects.get(kind=freezing.KIND).id)


def test_the_page_freezes_several_indicators_of_a_period_by_a_run(browser, people):
    answered = browser.post(NEW, ASKED)
    assert (answered.status_code, answered["Location"], published()) == (302, LIST, [])
    assert run_waiting().state == "done"
    assert published() == [("ORG_P", "", "520527", "六月月报"), ("OUT_STOCK", "", "520527", "六月月报")]
    Spell.objects.all().delete()
    document = answer(read_question("OUT_STOCK", {"period": ["2025-06"]}, county_clerk())).document
    assert (document["frozen"], document["total"]["numerator"]) == (True, 6)
    assert Operation.objects.filter(action="statistics.freeze", user=county_clerk(), reason="六月月报").count() == 2


def test_the_list_tells_what_is_frozen_by_whom_and_why_and_opens_the_number(browser, people):
    browser.post(NEW, {**ASKED, "codes": ["OUT_STOCK"]})
    run_waiting()
    listed = browser.get(LIST)
    [row] = page(listed).one("table", class_="list-table").one("tbody").all("tr")
    said = [cell.text for cell in row.all("td")]
    assert (said[1], said[2], said[3], said[5], said[6]) == (
        "2025-06-01 – 2025-06-30", "赫章县", "2025-06-30", "县管理员", "六月月报",
    )  # fmt: skip
    assert "已冻结" in browser.get(row.attrs["data-href"]).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": "2025-09"}, "period"),
        ({"period": "六月"}, "period"),
        ({"codes": []}, "codes"),
        ({"reason": " "}, "reason"),
        ({"confirmed": ""}, "confirmed"),
        ({"division": "522731"}, "division"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_queued(browser, people, change, field):
    answered = browser.post(NEW, {**ASKED, **change})
    assert (answered.status_code, len(page(answered).all("div", id=f"id_{field}_error"))) == (422, 1)
    assert not Job.objects.exists()


def test_the_catalogue_leads_to_the_list_and_the_list_to_the_form(browser):
    assert page(browser.get("/statistics/")).one("a", href=LIST).text == "冻结的统计数"
    assert page(browser.get(LIST)).one("a", href=NEW).text == "冻结统计数"


def test_what_is_frozen_is_not_frozen_again(browser, people):
    browser.post(NEW, ASKED)
    run_waiting()
    answered = browser.post(NEW, {**ASKED, "codes": ["ORG_P"]})
    assert (answered.status_code, "在此期间已经冻结" in answered.content.decode(), Job.objects.count()) == (
        422,
        True,
        1,
    )


@pytest.mark.parametrize(
    ("role", "seen", "freeze"),
    [("county_admin", 200, 200), ("auditor", 200, 403), ("township_officer", 200, 403), ("station_staff", 403, 403),
     ("security_admin", 403, 403)],
)  # fmt: skip
def test_who_may_see_and_freeze(role, seen, freeze):
    client = client_for(with_role(role))
    assert (client.get(LIST).status_code, client.get(NEW).status_code) == (seen, freeze)
    assert client.post(NEW, ASKED).status_code == (403 if freeze == 403 else 302)


def test_the_list_shows_the_freezes_whose_numbers_one_gets(people):
    made = {"version": 1, "period_from": "2025-01-01", "period_to": "2025-01-31", "as_of": "2025-01-31",
            "computed_at": "2025-02-01T00:00:00Z", "indicator": "ORG_P"}  # fmt: skip
    for division in ("520527", TOWNSHIP, "520527105", "522731"):
        Freeze.objects.create(division=division, **made)
    seen = {
        user.username: sorted(Freeze.objects.visible_to(user).values_list("division", flat=True))
        for user in (county_clerk(), township_clerk(), stranger())
    }
    assert seen == {
        "xian": ["520527", "520527105", TOWNSHIP],
        "xiang": ["520527", TOWNSHIP],
        "wai": ["522731"],
    }


def test_a_run_that_was_killed_goes_on_where_it_stopped(people, monkeypatch):
    job = freezing.request_freeze(
        user=county_clerk(), codes=ASKED["codes"], values={"period": "2025-06"}, reason="月报"
    )
    [first] = freezing.freezable(codes=["OUT_STOCK"], values={"period": "2025-06"}, user=county_clerk())
    freezing.freeze(question=first, user=county_clerk(), reason="月报")
    made = freezing.freeze_all(job=job, progress=Silent())
    assert [one.indicator for one in made] == ASKED["codes"]
    assert len(published()) == 2


def test_what_somebody_else_froze_meanwhile_fails_the_run(people):
    job = freezing.request_freeze(user=county_clerk(), codes=["ORG_P"], values={"period": "2025-06"}, reason="月报")
    [question] = freezing.freezable(codes=["ORG_P"], values={"period": "2025-06"}, user=None)
    freezing.freeze(question=question, user=None)
    ended = jobs.run(job_id=job.id)
    assert (ended.state, "已经冻结" in ended.error) == ("failed", True)


def command(capsys, *words):
    """Exit status and printed document of the command."""
    try:
        call_command("freeze_figures", *words)
        status = 0
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(capsys.readouterr().out)


def test_the_command_freezes_and_prints_the_numbers(people, capsys):
    county_clerk()
    status, told = command(
        capsys, "OUT_STOCK", "ORG_P", "--period", "2025-06", "--reason", "六月月报", "--user", "xian"
    )
    assert (status, [(one["code"], one["frozen"]) for one in told["frozen"]]) == (
        0,
        [("OUT_STOCK", True), ("ORG_P", True)],
    )
    assert told["frozen"][0]["total"]["numerator"] == 6
    assert {one.frozen_by for one in Freeze.objects.all()} == {User.objects.get(username="xian")}
    assert Job.objects.get().state == "done"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["OUT_STOCK", "--period", "2025-09", "--reason", "月报"], "period"),
        (["OUT_STOCK", "--period", "2025-06", "--reason", " "], "reason"),
        (["OUT_STOCK", "--period", "2025-06"], "reason"),
        (["OUT_STOCK", "--period", "2025-06", "--reason", "月报", "--user", "nobody"], "user"),
        (["OUT_STOCK", "--period", "2025-06", "--reason", "月报", "--division", "99"], "division"),
    ],
)
def test_the_command_names_the_parameter_at_fault(people, capsys, words, field):
    status, told = command(capsys, *words)
    assert (status, told["field"], published()) == (2, field, [])


def test_a_variant_is_frozen_for_itself(people, capsys):
    status, told = command(capsys, "RET_30:same", "--period", "2025-06", "--reason", "月报")
    assert (status, told["frozen"][0]["frozen"], published()) == (0, True, [("RET_30", "same", "520527", "月报")])
    assert Freeze.objects.get().as_of == dt.date(2025, 6, 30)
