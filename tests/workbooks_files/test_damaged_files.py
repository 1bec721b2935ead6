"""Whatever bytes arrive, the answer is the rows or one sentence."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import read_sheets
from core.workbooks.files.refusals import SENTENCES, UnreadableWorkbook
from tests.workbooks_files import makers

TOKENS = [
    b"<",
    b">",
    b'"',
    b"<c ",
    b'r="A1"',
    b'<row r="9">',
    b"</row>",
    b't="e"',
    b"<v>",
    b"\xff",
    b"\x00",
    b'ref="Z9:A1"',
]
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=3)), max_size=4
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("damaged")
    rows = [["姓名", "身份证号", "村"], *([f"人{n}", makers.number(n), "幸福村"] for n in range(9))]
    makers.book(path / "a.xlsx", ("古达乡", rows), merged=["C2:C4"])
    makers.old_book(path / "a.xls", {"古达乡": [makers.old_text(0, 0, "姓名"), makers.old_text(0, 1, "身份证")]})
    (path / "a.csv").write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    return path


def damaged(data, changes):
    """The bytes with pieces cut out and others put in."""
    for where, cut, put in changes:
        place = int(where * len(data))
        data = data[:place] + put + data[place + cut :]
    return data


def rows_or_sentence(path):
    try:
        with open_workbook(path) as book:
            return [row for part in read_sheets(book, makers.shape()) for row in part.rows()]
    except UnreadableWorkbook as refused:
        return refused.code


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(["a.xlsx", "a.xls", "a.csv"]), changes=edits)
def test_damaged_bytes_give_rows_or_a_sentence(folder, name, changes):
    path = folder / f"damaged{name[1:]}"
    path.write_bytes(damaged((folder / name).read_bytes(), changes))
    found = rows_or_sentence(path)
    assert isinstance(found, list) or found in SENTENCES


@settings(max_examples=150, deadline=None)
@given(entry=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]), changes=edits)
def test_damaged_parts_give_rows_or_a_sentence(folder, entry, changes):
    path = folder / "part.xlsx"
    with zipfile.ZipFile(folder / "a.xlsx") as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[entry] = damaged(parts[entry], changes)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name, data in parts.items():
            copy.writestr(name, data)
    path.write_bytes(target.getvalue())
    found = rows_or_sentence(path)
    assert isinstance(found, list) or found in SENTENCES
