import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from core.workbooks.files.opening import open_workbook
from core.workbooks.files.refusals import SENTENCES, Limits, UnreadableWorkbook
from tests.workbooks_files import makers


def read_all(path, limits):
    with open_workbook(path, limits=limits) as book:
        return [list(book.tab(name).rows()) for name in book.names]


def refusal(path, **limits):
    """The code an opened file, or one of its tabs, is refused with."""
    with pytest.raises(UnreadableWorkbook) as refused:
        read_all(path, Limits(**limits))
    assert refused.value.message == SENTENCES[refused.value.code]
    return refused.value.code


def zipped(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return path


def bomb(path, size, unit=b"A" * (1 << 20)):
    base = makers.book(path.with_name("base.xlsx"), ("Sheet", [["x"]]))
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if not entry.endswith("sheet1.xml"):
                target.writestr(entry, source.read(entry))
        with target.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{makers.MAIN}"><sheetData><row r="1">'.encode())
            part.write(b'<c r="A1" t="inlineStr"><is><t>')
            for _ in range(size >> 20):
                part.write(unit)
            part.write(b"</t></is></c></row></sheetData></worksheet>")
    return path


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("word__document_xml", "word"),
        ("ppt__presentation_xml", "slides"),
        ("content_xml", "other_format"),
        ("xl__workbook.bin", "other_format"),
        ("EncryptedPackage", "password"),
        ("readme.txt", "archive"),
    ],
)
def test_zip_that_is_no_workbook_is_named(tmp_path, entry, code):
    assert refusal(zipped(tmp_path / "花名册.xlsx", **{entry: "<x/>"})) == code


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"Rar!\x1a\x07\0", "archive"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "other_format"),
        (b"\x7fELF\x02\0\0\0\0", "not_workbook"),
        (b"\x81\xff\xfe,\x81", "encoding"),
    ],
)
def test_other_files_are_named_whatever_their_extension(tmp_path, head, code):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(head)
    assert refusal(path) == code


@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}, "password"),
        ({"WordDocument": b"x"}, "word"),
        ({"PowerPoint Document": b"x"}, "slides"),
        ({"Contents": b"x"}, "not_workbook"),
    ],
)
def test_compound_file_that_is_no_book_is_named(tmp_path, streams, code):
    assert refusal(makers.compound_file(tmp_path / "花名册.xlsx", streams)) == code


def test_locked_old_book_asks_for_the_password_to_be_taken_off(tmp_path):
    assert (
        refusal(makers.old_book(tmp_path / "a.xls", {"一": [makers.old_text(0, 0, "姓名")]}, locked=True)) == "password"
    )


def test_entry_encrypted_inside_the_zip_is_a_password(tmp_path):
    path = makers.book(tmp_path / "a.xlsx", ("Sheet", [["x"]]))
    data = bytearray(path.read_bytes())
    directory = data.find(b"PK\x01\x02")
    while directory >= 0:
        data[directory + 8] |= 1
        directory = data.find(b"PK\x01\x02", directory + 4)
    path.write_bytes(data)
    assert refusal(path) == "password"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b" , ,\n\t,\n"])
def test_text_without_content_is_empty(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refusal(path) == "empty"


def test_book_without_a_value_is_empty(tmp_path):
    made = Workbook()
    made.active["B2"].number_format = "@"
    made.create_sheet("二")
    made.save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx") == "empty"
    assert refusal(makers.old_book(tmp_path / "a.xls", {"一": []})) == "empty"


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9, 0.97])
def test_truncated_files_are_damaged(tmp_path, kept):
    whole = makers.book(tmp_path / "a.xlsx", ("Sheet", [[f"人{n}", n] for n in range(500)])).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    assert refusal(tmp_path / "b.xlsx") == "damaged"
    whole = makers.old_book(tmp_path / "a.xls", {"一": [makers.old_text(n, 0, "人") for n in range(400)]}).read_bytes()
    (tmp_path / "b.xls").write_bytes(whole[: int(len(whole) * kept)])
    assert refusal(tmp_path / "b.xls") == "damaged"


def test_compound_file_whose_chain_bites_its_tail_is_damaged(tmp_path):
    path = makers.old_book(tmp_path / "a.xls", {"一": [makers.old_text(0, 0, "姓名")]})
    data = bytearray(path.read_bytes())
    data[512 + 4 * 2 : 512 + 4 * 3] = (2).to_bytes(4, "little")
    path.write_bytes(data)
    assert refusal(path) == "damaged"


@pytest.mark.parametrize(
    "rows", ['<row r="1"><c r="A1"><v>1</v></c><c r="B1"', '<row r="1"><c r="A1" t="s"><v>77</v></c></row>']
)
def test_worksheet_that_does_not_hold_together_is_damaged(tmp_path, rows):
    base = makers.book(tmp_path / "base.xlsx", ("Sheet", [["x"]]))
    broken = f'<worksheet xmlns="{makers.MAIN}"><sheetData>{rows}'
    assert refusal(makers.with_parts(tmp_path / "a.xlsx", base, sheet=broken)) == "damaged"


def test_document_types_and_other_encodings_inside_the_book_are_not_parsed(tmp_path):
    base = makers.book(tmp_path / "base.xlsx", ("Sheet", [["x"]]))
    entities = f'<!DOCTYPE x [<!ENTITY a "aaaa">]>{makers.sheet_xml("<row><c><v>1</v></c></row>")}'
    assert refusal(makers.with_parts(tmp_path / "a.xlsx", base, sheet=entities)) == "damaged"
    wide = makers.sheet_xml("<row><c><v>1</v></c></row>").encode("utf-16")
    assert refusal(makers.with_parts(tmp_path / "b.xlsx", base, sheet=wide)) == "damaged"


def test_bomb_of_200_mb_is_refused_in_bounded_memory(tmp_path):
    path = bomb(tmp_path / "a.xlsx", 200 << 20)
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        assert refusal(path) == "zip_bomb"
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_bomb_that_lies_about_its_size_is_counted_as_it_inflates(tmp_path):
    path = bomb(tmp_path / "a.xlsx", 60 << 20)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        offset = file.start_dir
        for entry in file.infolist():
            if entry.file_size > 1 << 20:
                data[offset + 24 : offset + 28] = (1000).to_bytes(4, "little")
            offset += 46 + len(entry.filename.encode()) + len(entry.extra) + len(entry.comment)
    path.write_bytes(data)
    with zipfile.ZipFile(path) as file:
        assert max(entry.file_size for entry in file.infolist()) < 1 << 20
    assert refusal(path) == "zip_bomb"


def test_inflated_size_and_entries_have_a_limit_of_their_own(tmp_path):
    path = makers.book(tmp_path / "a.xlsx", ("Sheet", [[f"人{n}"] for n in range(2000)]))
    assert refusal(path, inflated_bytes=20_000) == "zip_bomb"
    assert refusal(path, entries=3) == "zip_bomb"
    assert refusal(path, file_bytes=1000) == "too_large"


def test_directory_of_absurd_length_is_not_loaded(tmp_path):
    path = makers.book(tmp_path / "a.xlsx", ("Sheet", [["x"]]))
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(data)
    assert refusal(path) == "zip_bomb"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD60000"><v>1</v></c></row>',
        '<row r="1"><c r="A9999999"><v>1</v></c><c r="CV1"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c>' + "<c><v>1</v></c>" * 40 + "</row>",
        '<row r="1"><c s="1" r="A1"><v>1</v></c><c s="1" r="ZZ100000"><v>1</v></c></row>',
    ],
)
def test_cell_in_a_far_corner_is_refused_before_the_reader_allocates(tmp_path, rows):
    assert refusal(makers.raw_book(tmp_path / "a.xlsx", rows)) == "too_large"


def test_far_cells_that_are_only_coloured_do_no_harm(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="60000"><c r="XFD60000" s="0"></c></row>'
    with open_workbook(makers.raw_book(tmp_path / "a.xlsx", rows)) as book:
        assert list(book.tab("Sheet").rows()) == [[1.0]]


def test_old_book_with_a_far_corner_is_refused(tmp_path):
    records = [makers.old_text(0, 0, "x"), makers.old_text(65535, 255, "x")]
    assert refusal(makers.old_book(tmp_path / "a.xls", {"一": records})) == "too_large"


def test_long_text_named_by_many_cells_is_refused_as_a_bomb(tmp_path):
    base = makers.book(tmp_path / "base.xlsx", ("Sheet", [["x"]]))
    strings = f'<sst xmlns="{makers.MAIN}"><si><t>short</t></si><si><t>{"长" * 10_000}</t></si></sst>'
    many = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(1, 1001))
    path = makers.with_parts(tmp_path / "a.xlsx", base, sheet=makers.sheet_xml(many), strings=strings)
    assert refusal(path, inflated_bytes=20 << 20) == "zip_bomb"
    few = many.replace("<v>1</v>", "<v>0</v>", 900)
    path = makers.with_parts(tmp_path / "b.xlsx", base, sheet=makers.sheet_xml(few), strings=strings)
    with open_workbook(path, limits=Limits(inflated_bytes=20 << 20)) as book:
        assert len(list(book.tab("Sheet").rows())) == 1000


def test_text_line_without_end_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a," * (1 << 20))
    assert refusal(path) == "too_large"


def test_text_with_an_open_quote_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('姓名,备注\n张三,"未完\n李四,x\n', encoding="utf-8")
    assert refusal(path) == "quotes"
