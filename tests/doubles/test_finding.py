"""Who looks like the same person, who does not, and that what was decided does not come back."""

import random

import pytest

from core.formats.identity import check_digit
from core.formats.text import NameMatch, compare_names
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, place_divisions
from workers.doubles.finding import find_doubles
from workers.doubles.models import PossibleDouble
from workers.doubles.services import decide, merge_workers, undo_merge
from workers.models import Worker

pytestmark = pytest.mark.django_db

SAME_VILLAGE = "520527219201"
BODY = "52999919900101001"


@pytest.fixture(autouse=True)
def divisions(db):
    place_divisions()


def person(name, body, village=VILLAGE, **fields):
    return Worker.objects.create(name=name, id_number=body + check_digit(body + "0"), village_code=village, **fields)


def another(name, body, village=VILLAGE, phone="13900000002"):
    return person(name, body, village, phone=phone)


def found():
    return {
        (pair.first.pk, pair.second.pk): (tuple(pair.reasons), pair.score)
        for pair in PossibleDouble.objects.select_related("first", "second")
    }


ALIKE = [
    ("the same in everything but the number", ("张国强", "52999919900101773"), {}, ("name_birth_village",), 95),
    ("with a dot or without", ("买买提江", "52999919900101773"), {"first": "买买提·江"}, ("name_birth_village",), 95),
    ("in another village", ("张国强", "52999919900101773", OTHER_VILLAGE), {}, ("name_birth",), 80),
    ("a name of the same sound", ("张国墙", "52999919900101773", SAME_VILLAGE), {}, ("pinyin_birth",), 75),
    ("a character off", ("张国林", "52999919900101773"), {}, ("near_birth",), 50),
    ("a character less", ("张国", "52999919900101773"), {}, ("near_birth",), 50),
    ("a digit off in the birth year", ("张国强", "52999919800101001", OTHER_VILLAGE), {}, ("number",), 85),
    ("a digit off in the address", ("张国强", "52999819900101001"), {}, ("name_birth_village", "number"), 99),
    ("a digit off in the order", ("张国强", "52999919900101007", OTHER_VILLAGE), {}, ("number", "name_birth"), 89),
    ("two digits the other way round", ("张国强", "52999919090101001", OTHER_VILLAGE), {}, ("number",), 85),
    (
        "the same across the seam",
        ("张国强", "52999919901101001", OTHER_VILLAGE),
        {"body": "52999919910101001"},
        ("number",),
        85,
    ),
    ("the phone", ("张国强", "52999919850303773", OTHER_VILLAGE, "13800000001"), {}, ("name_phone",), 70),
    ("phone and birth date", ("李春花", "52999919900101773", OTHER_VILLAGE, "13800000001"), {}, ("phone_birth",), 60),
]
UNLIKE = [
    ("a namesake born another day", ("张国强", "52999919850303773")),
    ("born the same day in the same village", ("李春花", "52999919900101773")),
    ("a sound alike of another township", ("张国墙", "52999919900101773", OTHER_VILLAGE)),
    ("a character off in another village", ("张国林", "52999919900101773", SAME_VILLAGE)),
    ("two digits off", ("张国强", "52999919800101007", OTHER_VILLAGE)),
    ("a brother on the family's phone", ("张国林", "52999919850303773", VILLAGE, "13800000001")),
    ("a digit off under another name", ("李春花", "52999919800101001")),
]


@pytest.mark.parametrize("case", ALIKE, ids=[case[0] for case in ALIKE])
@pytest.mark.parametrize("some", [False, True], ids=["everybody", "one of them"])
def test_alike(case, some):
    _words, other, mine, reasons, score = case
    one = person(mine.get("first", "张国强"), mine.get("body", BODY), phone="13800000001")
    two = another(*other)
    assert find_doubles(worker_ids=[two.pk] if some else None) == 1
    assert found() == {(one.pk, two.pk): (reasons, score)}


@pytest.mark.parametrize(("words", "other"), UNLIKE, ids=[case[0] for case in UNLIKE])
def test_unlike(words, other):
    person("张国强", BODY, phone="13800000001")
    another(*other)
    assert find_doubles() == 0


def test_a_phone_many_share_says_nothing_of_birth_dates():
    for n in range(7):
        person("甲乙丙丁戊己庚"[n] * 2, f"529999199001010{n}1", phone="13800000001")
    assert find_doubles() == 0


def test_one_edit_is_what_the_imports_call_near():
    rng = random.Random(5)
    names = {"".join(rng.choices("张王国强伟", k=rng.choice((2, 3, 3, 4)))) for _n in range(40)}
    made = {person(name, f"52999919900101{n:03}").pk: name for n, name in enumerate(sorted(names))}
    find_doubles()
    near = {pair for pair, (reasons, _score) in found().items() if "near_birth" in reasons}
    sounds = {pk: Worker.objects.get(pk=pk).name_key for pk in made}
    expected = {
        (one, two)
        for one in made
        for two in made
        if one < two and compare_names(made[one], made[two]) is NameMatch.NEAR and sounds[one] != sounds[two]
    }
    assert near == expected
    assert len(expected) > 5


def test_some_against_everybody_finds_their_pairs_of_the_whole():
    rng = random.Random(7)
    for n in range(150):
        body = f"529999{rng.choice((1990, 1991))}0{rng.choice((1, 2))}0{rng.choice((1, 2))}{n:03}"
        person(
            "".join(rng.choices("张王国强墙", k=2)),
            body,
            rng.choice((VILLAGE, SAME_VILLAGE)),
            phone=f"1380000{n // 3:04}",
        )
    find_doubles()
    whole = found()
    PossibleDouble.objects.all().delete()
    asked = list(Worker.objects.values_list("pk", flat=True)[::7])
    find_doubles(worker_ids=asked)
    assert found() == {pair: told for pair, told in whole.items() if set(pair) & set(asked)}
    assert len(whole) > 50


class TestWhatWasDecided:
    @pytest.fixture
    def pair(self):
        person("张国强", BODY)
        person("张国强", "52999919900101773")
        find_doubles()
        return PossibleDouble.objects.get()

    def test_different_does_not_come_back(self, pair):
        decide(user=people.county_clerk(), pair=pair, state="different", note="双胞胎")
        find_doubles()
        find_doubles(worker_ids=[pair.first_id])
        kept = PossibleDouble.objects.get()
        assert (kept.state, kept.note, kept.decided_by) == ("different", "双胞胎", people.county_clerk())

    def test_different_holds_for_whom_one_of_them_became(self, pair):
        decide(user=people.county_clerk(), pair=pair, state="different")
        third = person("张国强", "52999919900101555")
        made = merge_workers(user=people.county_clerk(), kept_id=third.pk, merged_id=pair.first_id)
        find_doubles()
        assert not PossibleDouble.objects.filter(state="open").exists()
        undo_merge(user=people.county_clerk(), merge=made)
        find_doubles()
        assert {frozenset(one) for one in found()} == {
            frozenset({pair.first_id, pair.second_id}),
            frozenset({pair.first_id, third.pk}),
            frozenset({pair.second_id, third.pk}),
        }
        pair.refresh_from_db()
        assert pair.state == "different"

    def test_later_stays_until_the_likeness_is_gone(self, pair):
        decide(user=people.county_clerk(), pair=pair, state="later")
        find_doubles()
        assert PossibleDouble.objects.get().state == "later"
        Worker.objects.filter(pk=pair.second_id).update(name="李四", name_key="li3李 si4四")
        find_doubles()
        assert not PossibleDouble.objects.exists()

    def test_what_was_mended_goes_from_the_queue(self, pair):
        Worker.objects.filter(pk=pair.second_id).update(name="李四", name_key="li3李 si4四")
        find_doubles(worker_ids=[pair.second_id])
        assert not PossibleDouble.objects.exists()
