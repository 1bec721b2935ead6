"""Why jobs ended, which are seasonal, and what people earned: vocabulary, filters, the person's file."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from employment.endings import OTHER, REASONS, is_seasonal, reason_of, reason_q
from employment.evidence import evidence_of
from employment.file_tab import wages_told
from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests import people
from tests.employment.test_pages import names
from tests.journeys import employer, place_divisions, worker
from tests.stations.facts import visit

TEXTS = {
    "": "",
    "  ": "",
    "合同到期": "合同到期",
    "工期结束了": "合同到期",
    "摘辣椒季节过了": "季节结束",
    "厂里停工放假": "企业停工裁员",
    "嫌工资低": "工资待遇",
    "工伤": "身体原因",
    "回家照顾老人": "家庭原因",
    "回家过年": "节假日返乡",
    "回来搞养殖": "回乡创业就业",
    "不详": OTHER,
}
DAY = localdate() - timedelta(days=200)


@pytest.mark.parametrize(("text", "word"), TEXTS.items())
def test_what_a_row_says_has_a_word(text, word):
    assert reason_of(text) == word


@pytest.mark.parametrize(
    ("title", "reason", "seasonal"),
    [
        ("摘辣椒", "", True),
        ("采茶工", "", True),
        ("普工", "季节结束", True),
        ("普工", "合同到期", False),
        ("", "", False),
    ],
)
def test_seasonal_by_post_or_reason(title, reason, seasonal):
    assert is_seasonal(title, reason) is seasonal


def job(who, start=DAY, **fields):
    made = DeclaredJob.objects.create(worker=who, start_on=start, **{"place_code": "440113", **fields})
    rebuild_spells(worker_ids=[who.pk])
    return made


@pytest.mark.django_db
class TestAsked:
    @pytest.fixture(autouse=True)
    def divisions(self):
        place_divisions()

    def test_the_database_gives_the_same_words(self):
        who = worker()
        for number, text in enumerate(TEXTS):
            job(who, DAY + timedelta(days=number), end_reason=text)
        for word in (*REASONS, OTHER):
            told = set(DeclaredJob.objects.filter(reason_q(word)).values_list("end_reason", flat=True))
            assert told == {text for text, one in TEXTS.items() if one == word}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "丁丙乙甲"),
            ("seasonal=true", "丙乙"),
            ("seasonal=false", "丁甲"),
            ("return_reason=合同到期", "甲"),
            ("return_reason=季节结束", "丙"),
            ("return_reason=其他", ""),
            ("ending=written", "丙甲"),
            (f"confirmed_to_after={DAY + timedelta(days=30)}", "丁"),
        ],
    )
    def test_spells_are_found_by_it(self, query, found):
        job(worker("甲"), DAY, end_on=DAY + timedelta(days=20), end_reason="合同到期")
        job(worker("乙"), DAY + timedelta(days=1), job_title="摘辣椒")
        job(worker("丙"), DAY + timedelta(days=2), end_on=DAY + timedelta(days=22), end_reason="采摘完了")
        job(worker("丁"), DAY + timedelta(days=3), confirmed_on=DAY + timedelta(days=40))
        county = people.client_for(people.county_clerk())
        assert "".join(names(county, f"/employment/?{query}")) == found

    @pytest.mark.parametrize(
        ("query", "found"), [("seasonal=true", "乙"), ("seasonal=false", "甲"), ("return_reason=家庭原因", "甲")]
    )
    def test_declared_rows_are_found_by_it(self, query, found):
        job(worker("甲"), DAY, end_on=DAY + timedelta(days=20), end_reason="家里有事")
        job(worker("乙"), DAY + timedelta(days=1), job_title="采棉")
        county = people.client_for(people.county_clerk())
        assert "".join(names(county, f"/employment/jobs/?{query}")) == found

    def test_wages_in_order_with_what_changed(self):
        who, firm = worker(), employer("甲厂")
        job(who, date(2025, 2, 1), employer=firm, wage=5000)
        visit(who, on=date(2025, 3, 1), wage=5500)
        visit(who, on=date(2025, 4, 1))
        visit(who, on=date(2025, 5, 1), wage=Decimal("5200.50"))
        told = wages_told(evidence_of([who.pk])[who.pk])
        assert [(one.on, one.wage, one.change, one.firm) for one in told] == [
            (date(2025, 2, 1), 5000, None, "甲厂"),
            (date(2025, 3, 1), 5500, 500, ""),
            (date(2025, 5, 1), Decimal("5200.50"), Decimal("-299.50"), ""),
        ]

    def test_a_wage_stands_beside_the_employer_of_its_day(self):
        who = worker()
        job(who, date(2025, 2, 1), employer=employer("甲厂"), wage=5000)
        visit(who, on=date(2025, 3, 1), wage=5500)
        visit(who, on=date(2025, 4, 1), status="转岗在岗", employer=employer("乙厂"), wage=6000)
        visit(who, on=date(2025, 5, 1), wage=6100)
        page = people.client_for(people.county_clerk()).get(f"/workers/{who.pk}/?tab=work")
        told = [(one.wage, one.firm) for one in page.context["wages"]]
        assert told == [(5000, "甲厂"), (5500, "甲厂"), (6000, "乙厂"), (6100, "乙厂")]

    def test_they_stand_in_the_persons_file(self):
        who = worker()
        job(who, DAY, wage=5000, end_on=DAY + timedelta(days=9), end_reason="季节结束")
        visit(who, on=DAY + timedelta(days=5), wage=5500)
        page = people.client_for(people.county_clerk()).get(f"/workers/{who.pk}/?tab=work").content.decode()
        assert re.findall(r">([+-][\d,]+)</td>", page) == ["+500"]
        assert "季节性" in page


def test_every_word_is_found_by_its_own_name():
    assert {word: reason_of(word) for word in REASONS} == {word: word for word in REASONS}
