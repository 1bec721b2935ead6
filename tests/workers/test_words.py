"""Stored words in the language of the page; workbooks and programs get the bureau's own."""

from datetime import date

import pytest
from django.utils import translation

from core.formats.values import GROUP_TAGS, SEX
from tests.people import api_client_for, client_for, county_clerk
from tests.web.reading import page
from tests.workers.checks import NUMBERS
from tests.workers.village_lists import store_divisions
from workers.models import GroupMembership, Household, Worker
from workers.words import GROUP_WORDS, SEX_WORDS

pytestmark = pytest.mark.django_db
VILLAGE = "520527219200"


def test_every_stored_word_has_one():
    with translation.override("zh-hans"):
        assert [(code, str(word)) for code, word in GROUP_WORDS.items()] == list(GROUP_TAGS.pairs)
        assert [str(word) for word in SEX_WORDS.values()] == list(SEX.codes)


def test_an_english_page_speaks_english_and_a_program_hears_the_bureaus_words():
    store_divisions()
    home = Household.objects.create(village_code=VILLAGE, group_name="1组", head_name="张国强")
    for name, number, relation in (("李秀英", NUMBERS[1], "配偶"), ("张国强", NUMBERS[0], "户主")):
        one = Worker.objects.create(
            name=name, id_number=number, village_code=VILLAGE, household=home, relation=relation
        )
    GroupMembership.objects.create(worker=one, group="lifted_poverty", valid_from=date(2020, 11, 30))
    browser = client_for(county_clerk())
    browser.cookies["django_language"] = "en"
    sex = {"男": "Male", "女": "Female"}[one.sex]
    listed = page(browser.get("/workers/?q=张国强")).text
    assert (sex in listed, "Lifted out of poverty" in listed, "脱贫人口" in listed) == (True, True, False)
    household = page(browser.get(f"/workers/households/{home.pk}/"))
    # The head stands first, whoever is older.
    names = [cell.text for cell in household.all("td", class_="lead-cell")]
    assert names == ["张国强", "李秀英"]
    row = api_client_for(county_clerk()).get("/api/v1/workers/?q=张国强").json()["results"][0]
    assert (row["sex"], "脱贫人口" in str(row)) == (one.sex, True)
