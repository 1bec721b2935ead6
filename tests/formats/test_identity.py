"""ID numbers: the rules of GB 11643 and what spreadsheets do to them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.faults import CellFault
from core.formats.identity import (
    AGE_BANDS,
    FICTIONAL_ADDRESS,
    age_band,
    age_notice,
    age_on,
    birth_date,
    check_digit,
    make_id_number,
    parse_id_number,
    sex,
    sex_notice,
)
from tests.formats.cells import CELLS, outcome

TODAY = dt.date(2025, 6, 30)
MAN, WOMAN = "529999199001010019", "529999199001010027"
ID_CODES = {"id_length", "id_rounded", "id_birth_date", "id_checksum"}

births = st.dates(dt.date(1905, 7, 1), TODAY)
numbers = st.builds(make_id_number, st.just(FICTIONAL_ADDRESS), births, st.integers(0, 999))


def refusal(raw, today=TODAY):
    with pytest.raises(CellFault) as caught:
        parse_id_number(raw, today=today)
    return caught.value.code


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "440524188001010014",
        "529999199001010019",
        "529999199001010027",
        "529999198506150135",
        "529999198506150143",
    ],
)
def test_the_check_digit_of_known_numbers_is_right(number):
    assert check_digit(number) == number[17]


@pytest.mark.parametrize(
    "raw",
    [
        MAN,
        f" {MAN} ",
        f"'{MAN}",
        f'="{MAN}"',
        "529999 19900101 0019",
        "５２９９９９１９９００１０１００１９",
        f"{MAN}\u200b",
        f"{MAN}.0",
    ],
)
def test_an_untidy_number_is_put_right(raw):
    assert parse_id_number(raw, today=TODAY) == MAN


@pytest.mark.parametrize("raw", ["11010519491231002x", "１１０１０５１９４９１２３１００２ｘ", "11010519491231002Ｘ"])
def test_a_small_or_full_width_x_becomes_a_capital(raw):
    assert parse_id_number(raw, today=TODAY) == "11010519491231002X"


@pytest.mark.parametrize("raw", [None, "", " \u3000", "'"])
def test_a_blank_cell_is_no_number(raw):
    assert parse_id_number(raw, today=TODAY) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("52999919900101001", "id_length"),
        ("5299991990010100199", "id_length"),
        ("529999900101001", "id_length"),
        (529999900101001.0, "id_length"),
        (5299.0, "id_length"),
        ("无", "id_length"),
        (True, "id_length"),
        (dt.date(1990, 1, 1), "id_length"),
        (529999199001010000.0, "id_rounded"),
        (529999199001010019, "id_rounded"),
        (float("inf"), "id_rounded"),
        ("5.29999E+17", "id_rounded"),
        ("5.3e17", "id_rounded"),
        ("５.２３Ｅ＋１７", "id_rounded"),
        ("5.2999919900101E+17", "id_rounded"),
        ("529999199001011000", "id_rounded"),
        ("529999199013010000", "id_rounded"),
        ("529999199013010019", "id_birth_date"),
        ("529999199002300011", "id_birth_date"),
        ("529999202507010013", "id_birth_date"),
        ("440524188001010014", "id_birth_date"),
        ("52999919900230001A", "id_birth_date"),
        ("5299991990ABCD0019", "id_birth_date"),
        ("529999+1990010019X", "id_birth_date"),
        ("529999199001010018", "id_checksum"),
        ("52999919900101001X", "id_checksum"),
        ("52999919900101001A", "id_checksum"),
        ("A29999199001010019", "id_checksum"),
        ("٥٢٩٩٩٩199001010019", "id_checksum"),
    ],
)
def test_a_bad_number_is_refused_with_its_code(raw, code):
    assert refusal(raw) == code


def test_a_right_number_that_ends_in_000_is_taken():
    assert parse_id_number("529999199001010000", today=TODAY) == "529999199001010000"


@pytest.mark.parametrize("address", ["000000", "999999", "529999"])
def test_no_address_code_is_a_reason_to_refuse(address):
    number = make_id_number(address, dt.date(1990, 1, 1), 1)
    assert parse_id_number(number, today=TODAY) == number


def test_the_oldest_age_is_120_full_years():
    oldest = make_id_number(FICTIONAL_ADDRESS, dt.date(1904, 7, 1), 1)
    assert parse_id_number(oldest, today=TODAY) == oldest
    assert refusal(oldest, today=dt.date(2025, 7, 1)) == "id_birth_date"


def test_a_person_born_today_is_taken_and_one_born_tomorrow_is_not():
    number = make_id_number(FICTIONAL_ADDRESS, TODAY, 1)
    assert parse_id_number(number, today=TODAY) == number
    assert refusal(number, today=TODAY - dt.timedelta(days=1)) == "id_birth_date"


@given(births, st.integers(0, 999))
def test_a_made_number_is_valid_and_tells_birth_and_sex(birth, order):
    number = make_id_number(FICTIONAL_ADDRESS, birth, order)
    assert parse_id_number(number, today=TODAY) == number
    assert birth_date(number) == birth
    assert sex(number) == ("男" if order % 2 else "女")


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(number, place, digit):
    damaged = number[:place] + digit + number[place + 1 :]
    if damaged == number:
        assert parse_id_number(damaged, today=TODAY) == number
    else:
        assert refusal(damaged) in {"id_checksum", "id_birth_date", "id_rounded"}


@given(numbers)
def test_excel_rounding_is_named_whatever_way_it_arrives(number):
    rounded = float(number[:15] + "000")
    assert refusal(rounded) == "id_rounded"
    assert refusal(f"{rounded:.5E}") == "id_rounded"


@given(CELLS)
def test_any_cell_is_a_number_a_blank_or_one_of_the_four_refusals(raw):
    kind, found = outcome(parse_id_number, raw, today=TODAY)
    assert found in ID_CODES if kind == "fault" else found is None or len(found) == 18


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (dt.date(2000, 2, 29), dt.date(2016, 2, 28), 15),
        (dt.date(2000, 2, 29), dt.date(2016, 2, 29), 16),
        (dt.date(2000, 2, 29), dt.date(2017, 2, 28), 16),
        (dt.date(2000, 2, 29), dt.date(2017, 3, 1), 17),
        (dt.date(2009, 6, 30), TODAY, 16),
        (dt.date(2009, 7, 1), TODAY, 15),
    ],
)
def test_age_is_counted_in_full_years(birth, day, age):
    assert age_on(birth, day) == age


def test_every_age_has_its_band():
    bands = [age_band(age) for age in range(121)]
    assert bands == (
        ["<16"] * 16 + ["16-24"] * 9 + ["25-34"] * 10 + ["35-44"] * 10 + ["45-54"] * 10 + ["55-59"] * 5 + ["60+"] * 61
    )
    assert tuple(dict.fromkeys(bands)) == AGE_BANDS


def test_a_stated_sex_that_differs_is_a_warning():
    assert sex_notice(MAN, "男") is None
    assert sex_notice(MAN, None) is None
    assert sex_notice(WOMAN, "男") == ("sex_mismatch", "性别与身份证号码不符，按身份证号码记为“女”")
    assert sex_notice(MAN, "女") == ("sex_mismatch", "性别与身份证号码不符，按身份证号码记为“男”")


def test_a_person_under_16_is_a_warning():
    child = make_id_number(FICTIONAL_ADDRESS, dt.date(2009, 7, 1), 2)
    assert age_notice(child, TODAY) == ("under_age", "此人只有 15 周岁，不满 16 周岁，请核对")
    assert age_notice(child, dt.date(2025, 7, 1)) is None
