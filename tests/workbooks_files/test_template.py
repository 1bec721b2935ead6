import pytest
from openpyxl import load_workbook

from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import read_sheets
from core.workbooks.files.template import TemplateColumn, write_template
from tests.workbooks_files import makers

NATIONS = tuple(f"民族{n}" for n in range(56))
COLUMNS = [
    TemplateColumn("姓名", required=True, example="张三"),
    TemplateColumn("身份证号码", required=True, example=makers.number(1), text=True, note="18 位"),
    TemplateColumn("性别", choices=("男", "女"), example="男", note="可不填"),
    TemplateColumn("备注", choices=NATIONS),
]


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(path, "劳动力花名册", COLUMNS, ["身份证号码请设为文本格式。"])
    return path


def read(path):
    with open_workbook(path) as book:
        return {
            part.name: [cells for _, cells in part.rows()] if part.headings else None
            for part in read_sheets(book, makers.shape(("姓名", "身份证号码", "性别", "备注")))
        }


def test_headings_stand_in_order_with_a_star_on_required_ones(template):
    sheet = load_workbook(template)["劳动力花名册"]
    assert [cell.value for cell in sheet[1]] == ["姓名*", "身份证号码*", "性别", "备注"]
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].number_format for letter in "AB"] == ["General", "@"]


def test_an_empty_template_reads_back_without_a_row(template):
    assert read(template) == {"劳动力花名册": [], "填表说明": None, "选项": None}


def test_rows_below_the_example_read_back(template):
    book = load_workbook(template)
    book["劳动力花名册"].append(["李四", makers.number(2), "女", ""])
    book.save(template)
    assert read(template)["劳动力花名册"] == [["李四", makers.number(2), "女", ""]]


def test_a_row_typed_over_the_example_reads_back(template):
    book = load_workbook(template)
    for column, value in enumerate(["李四", makers.number(2), "女"], 1):
        book["劳动力花名册"].cell(2, column, value)
    book.save(template)
    assert read(template)["劳动力花名册"] == [["李四", makers.number(2), "女", ""]]


def test_short_lists_stand_in_the_rule_and_long_ones_on_a_hidden_sheet(template):
    book = load_workbook(template)
    rules = {str(rule.sqref): rule for rule in book["劳动力花名册"].data_validations.dataValidation}
    assert {place: rule.formula1 for place, rule in rules.items()} == {
        "C2:C20000": '"男,女"',
        "D2:D20000": "'选项'!$A$1:$A$56",
    }
    assert rules["C2:C20000"].errorStyle == "warning"
    assert (rules["C2:C20000"].promptTitle, rules["C2:C20000"].prompt) == ("性别", "可不填")
    assert book["选项"].sheet_state == "hidden"
    assert tuple(cell.value for cell in book["选项"]["A"]) == NATIONS


def test_notes_tell_each_column(template):
    notes = [[cell.value for cell in row] for row in load_workbook(template)["填表说明"].iter_rows()]
    assert notes[1][0] == "1. 身份证号码请设为文本格式。"
    assert notes[-3:] == [
        ["身份证号码", "必填", None, "18 位"],
        ["性别", "选填", "男、女", "可不填"],
        ["备注", "选填", "、".join(NATIONS), None],
    ]


def test_without_long_lists_there_is_no_sheet_for_them(tmp_path):
    write_template(tmp_path / "a.xlsx", "招聘会", COLUMNS[:3])
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["招聘会", "填表说明"]
