"""The citizen identity number (公民身份号码): GB 11643-1999 and the damage spreadsheets do to it (domain.md §6.1)."""

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from core.formats.digits import digits_text, is_rounded
from core.formats.faults import CellFault, CellNotice
from core.formats.text import Cell

LENGTH: Final = 18
OLD_LENGTH: Final = 15
OLDEST_AGE: Final = 120
YOUNGEST_WORKER: Final = 16
AGE_BANDS: Final = ("<16", "16-24", "25-34", "35-44", "45-54", "55-59", "60+")
FICTIONAL_ADDRESS: Final = "529999"
"""An address code that was never given to a county: numbers on it belong to nobody."""

MALE: Final = "男"
FEMALE: Final = "女"

_CHECK_DIGITS: Final = "10X98765432"
_WELL_FORMED: Final = re.compile(r"[0-9]{17}[0-9X]")
_BAND_STARTS: Final = (16, 25, 35, 45, 55, 60)

_ROUNDED: Final = "身份证号码被 Excel 改成了数字，末几位已经丢失，请把该列设为文本格式后重新填写 18 位号码"


def parse_id_number(raw: Cell, *, today: dt.date) -> str | None:
    """Read an ID number: 18 characters with a capital X, or None for a blank cell.

    Small x, full-width digits, blanks inside, a leading apostrophe are put right. The address code is never a reason
    to refuse. Raises ``CellFault``: ``id_rounded`` (a number beyond 15 digits, scientific notation, or text ending
    000 with a wrong check digit), ``id_length``, ``id_birth_date`` (no such day, in the future, older than 120 years
    on ``today``), ``id_checksum``; in that order (formats.md §1). The sentences do not repeat the number: they are
    read in lists and logs.
    """
    if isinstance(raw, str) and _WELL_FORMED.fullmatch(raw):
        number = raw
    else:
        written = _written_number(raw)
        if written is None:
            return None
        number = written
    right = _WELL_FORMED.fullmatch(number) is not None and number[17] == check_digit(number)
    if not right and number.isascii() and number.isdigit() and number.endswith("000"):
        raise CellFault("id_rounded", _ROUNDED)
    birth = _day(number[6:14])
    if birth is None or birth > today or _older_than_anyone(birth, today):
        raise CellFault(
            "id_birth_date", f"身份证号码“{number}”里的出生日期“{number[6:14]}”不是可能的日期，请核对第 7 至 14 位"
        )
    if not right:
        raise CellFault("id_checksum", "身份证号码的校验码不对，说明有数字写错，请与身份证核对")
    return number


def check_digit(number: str) -> str:
    """Compute the 18th character of an ID number from its first 17 digits (GB 11643-1999)."""
    # The standard weighs the digits by powers of 2 modulo 11. 13 is 2 modulo 11, and to the base 13 ``int`` adds them up.
    return _CHECK_DIGITS[2 * int(number[:17], 13) % 11]


def upgraded(number: str) -> str:
    """Make the 18 characters of an old number of 15 digits: the century 19 and the check digit."""
    body = f"{number[:6]}19{number[6:]}"
    return body + check_digit(body)


def make_id_number(address: str, birth: dt.date, order: int) -> str:
    """Make a well-formed ID number, for fixtures and examples: ``order`` 0 to 999, odd for men, even for women."""
    body = f"{address}{birth:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def birth_date(id_number: str) -> dt.date:
    """Take the birth date out of a valid ID number."""
    born = _day(id_number[6:14])
    if born is None:
        message = f"no birth date in {len(id_number)} characters"
        raise ValueError(message)
    return born


def sex(id_number: str) -> str:
    """Take the sex out of a valid ID number: 男 where the 17th digit is odd, else 女."""
    return MALE if id_number[16] in "13579" else FEMALE


def age_on(birth: dt.date, day: dt.date) -> int:
    """Count the full years of life on a day (周岁 by the calendar; born on 29 February: from 1 March)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_band(age: int) -> str:
    """Name the age band of formats.md §3.1 that an age in full years falls into."""
    return AGE_BANDS[sum(age >= start for start in _BAND_STARTS)]


def sex_notice(id_number: str, stated: str | None) -> CellNotice | None:
    """Warn when the stated sex (男 or 女) is not the one of the ID number; the number's counts."""
    right = sex(id_number)
    if stated is None or stated == right:
        return None
    return CellNotice("sex_mismatch", f"性别与身份证号码不符，按身份证号码记为“{right}”")


def age_notice(id_number: str, day: dt.date) -> CellNotice | None:
    """Warn when a person is under 16 on the day: no worker by the definition of domain.md §1.1."""
    age = age_on(birth_date(id_number), day)
    if age >= YOUNGEST_WORKER:
        return None
    return CellNotice("under_age", f"此人只有 {age} 周岁，不满 {YOUNGEST_WORKER} 周岁，请核对")


def _written_number(raw: Cell) -> str | None:
    """Bring a damaged or untidy cell to 18 characters, or refuse it for its length or rounding."""
    if is_rounded(raw):
        raise CellFault("id_rounded", _ROUNDED)
    text = digits_text(raw)
    if text is None:
        return None
    number = text.upper()
    if len(number) == OLD_LENGTH and number.isdecimal():
        raise CellFault("id_length", "这是 15 位的老身份证号码，请填写 18 位的新号码")
    if len(number) != LENGTH:
        raise CellFault("id_length", f"身份证号码是 {len(number)} 位，应为 {LENGTH} 位")
    return number


@lru_cache(maxsize=65536)
def _day(digits: str) -> dt.date | None:
    """Read YYYYMMDD; None when there is no such day."""
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _older_than_anyone(birth: dt.date, today: dt.date) -> bool:
    return today.year - birth.year > OLDEST_AGE and age_on(birth, today) > OLDEST_AGE
