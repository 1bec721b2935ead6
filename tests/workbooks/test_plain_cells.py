"""What a column calls plain is taken without being read: it must be what reading would have made of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workbooks.sheets import all_sheets

PLAIN = {
    f"{sheet.kind}-{column.field}": column
    for sheet in all_sheets()
    for column in sheet.columns
    if column.plain is not None
}


def test_names_and_phones_are_plain():
    assert {"workers-name", "workers-phone", "workers-head_name", "passengers-name"} <= PLAIN.keys()


@pytest.mark.parametrize("column", PLAIN.values(), ids=PLAIN)
@given(data=st.data())
def test_a_plain_text_is_its_own_value_and_nothing_is_said(column, data):
    text = data.draw(st.from_regex(column.plain, fullmatch=True))
    assert column.parse(text, date(2026, 1, 1)) == text
    assert column.notice is None or column.notice(text) is None
