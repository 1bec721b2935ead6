"""Looking for employers registered twice: names compared without place and form, and the queue the look-up fills."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.formats.credit_code import make_credit_code
from employment.mergers.finding import Firm, find_pairs, pairs_among
from employment.mergers.names import normal_name, place_words
from employment.models import EmployerPair
from tests.journeys import employer, place_divisions

PLACES = place_words(["广东省", "广州市", "番禺区", "贵州省", "黔东南苗族侗族自治州"])
CODE, OTHER_CODE = make_credit_code("91440113MA59EKWX1"), make_credit_code("91440113MA59EKWX2")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("广州甲服饰有限公司", "甲服饰"),
        ("广东省广州市甲服饰有限责任公司", "甲服饰"),
        ("甲服饰（广州）有限公司", "甲服饰广州"),
        ("甲 服 饰", "甲服饰"),
        ("广州市番禺区甲服饰股份有限公司", "甲服饰"),
        ("ＡＢＣ电子(集团)有限公司", "ABC电子"),
        ("广州有限公司", "广州"),
        ("广州", "广州"),
        ("黔东南苗族侗族自治州甲厂", "甲厂"),
        ("abc电子", "ABC电子"),
    ],
)
def test_what_tells_a_firm_from_others(name, left):
    assert normal_name(name, PLACES) == left


@given(st.text(alphabet="甲乙广州市省公司集团有限()（） ", min_size=2))
def test_brackets_and_the_form_of_a_firm_change_nothing(text):
    plain = normal_name(text, PLACES)
    if len(plain) > 1:
        assert normal_name(f"（{text}） 有限公司", PLACES) == plain


def firm(pk, name="甲厂", place="4401", phone="", code=None):
    return Firm(pk, name, place, phone, code)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (firm(1), firm(2, "广州甲厂"), ["name"]),
        (firm(1), firm(2, place="440113"), ["name"]),
        (firm(1), firm(2, place=""), ["name"]),
        (firm(1), firm(2, place="3302"), None),
        (firm(1, "番禺区甲厂", place="440113"), firm(2, "花都区甲厂", place="440114"), None),
        (firm(1, phone="020-1"), firm(2, "乙厂", phone="020-1"), ["phone"]),
        (firm(1, phone="020-1"), firm(2, phone="020-1"), ["name", "phone"]),
        (firm(1), firm(2, "乙厂"), None),
        (firm(1, code=CODE), firm(2, code=OTHER_CODE), None),
        (firm(1, code=CODE), firm(2, code="乱写的"), ["name"]),
    ],
)
def test_why_two_may_be_one(one, other, reasons):
    assert pairs_among([other, one], PLACES) == ({(1, 2): reasons} if reasons else {})


def test_each_county_is_paired_with_the_prefecture():
    firms = [firm(1, place="4401"), firm(2, place="440113"), firm(3, place="440114")]
    assert pairs_among(firms, PLACES) == {(1, 2): ["name"], (1, 3): ["name"]}


@pytest.mark.django_db
class TestQueue:
    @pytest.fixture(autouse=True)
    def divisions(self):
        place_divisions()

    def test_pairs_wait_and_decided_ones_do_not_come_back(self):
        one, other = employer("广州甲厂"), employer("甲厂有限公司")
        assert find_pairs() == 1
        EmployerPair.objects.update(state="different", decided_at="2025-01-01T00:00Z")
        assert find_pairs() == 0
        assert EmployerPair.objects.values_list("first_id", "second_id", "state").get() == (
            one.pk,
            other.pk,
            "different",
        )

    def test_what_is_no_pair_any_more_goes(self):
        one, _other = employer("广州甲厂"), employer("甲厂有限公司")
        find_pairs()
        one.name = "丁厂"
        one.save()
        assert (find_pairs(), EmployerPair.objects.count()) == (0, 0)

    def test_many_cost_as_many_queries_as_two(self):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                find_pairs()
            return len(queries)

        employer("广州甲厂"), employer("甲厂有限公司")
        two = asked()
        for number in range(6):
            employer(f"广州{'乙丙丁'[number % 3]}厂{'有限公司' if number > 2 else ''}")
        assert (asked(), EmployerPair.objects.count()) == (two, 4)
