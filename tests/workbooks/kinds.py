"""Kinds of sheets that exist only in these tests, on tables that are there, and files of them."""

from contextlib import contextmanager

from core.formats.values import KEY_EMPLOYER
from core.workbooks import columns as c
from core.workbooks import sheets
from core.workbooks.sheets import Check, Reference, Sheet, Target
from employment.models import Employer
from tests.workbooks_files.makers import book

FIRM_HEADINGS = ("企业名称", "统一社会信用代码", "规模(人)", "联系电话", "社保卡号", "是否重点企业", "上级单位")


class Firms(Sheet):
    """Firms: a required name, a number, a phone with doubts, a card that may be told and not taken, a reference."""

    kind = "test_firms"
    title = "企业试表"
    section = "就业"
    permission = "employment.edit"
    person = False
    columns = (
        c.text("企业名称", "name", required=True, aliases=("单位名称",), export="name"),
        c.credit_code(export="credit_code"),
        c.integer("规模(人)", "size", export="size"),
        c.phone(export="phone"),
        c.card(export="contact"),
        c.yes_no("是否重点企业", "key_employer", KEY_EMPLOYER, export="key_employer"),
        c.text("上级单位", "parent"),
    )
    references = (
        Reference(
            into="parent_id",
            find="(SELECT e.id FROM employment_employer e WHERE e.name = s.parent LIMIT 1)",
            when="s.parent IS NOT NULL",
            blame="上级单位",
            message="没有登记这个上级单位。",
        ),
    )
    checks = (
        Check(
            sql="SELECT seq, '规模太大，请核对。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.size > 100000",
            blame="规模(人)",
            code="over_capacity",
        ),
        Check(
            sql="SELECT seq, '规模为0，请核对。' AS message FROM {plan} p JOIN {rows} s USING (seq) WHERE s.size = 0",
            blame="规模(人)",
            code="number",
            warning=True,
        ),
    )
    key = ("s.name",)
    key_heading = "企业名称"
    key_words = "企业名称"
    target = Target(
        table="employment_employer",
        key="t.name = s.name",
        fixed={"place_code": "''", "industry": "''", "stub": "false"},
        values={
            "name": "s.name",
            "credit_code": "s.credit_code",
            "size": "s.size",
            "phone": "s.phone",
            "contact": "s.bank_card",
            "key_employer": "s.key_employer",
        },
    )
    notes = ("一家企业一行。",)

    def export_rows(self, user, query):
        found = Employer.objects.order_by("id")
        return found.filter(name__contains=query["q"]) if query.get("q") else found


class Notes(Sheet):
    """A sheet about people who must be registered already: it writes their note."""

    kind = "test_notes"
    title = "备注试表"
    section = "劳动力"
    permission = "workers.edit"
    columns = (*c.person_columns(), c.text("备注", "note", required=True))
    key = ("s.id_number",)
    key_heading = "身份证号码"
    target = Target(table="workers_worker", key="t.id = p.worker_id", values={"note": "s.note"})


@contextmanager
def registered(*kinds):
    """The kinds are known inside the block and nowhere else."""
    for kind in kinds:
        sheets.register(kind)
    try:
        yield
    finally:
        for kind in kinds:
            sheets._sheets.pop(kind.kind)


def firm(name, *, code=None, size=None, phone=None, card=None, key=None, parent=None):
    """One row in the order of FIRM_HEADINGS."""
    return [name, code, size, phone, card, key, parent]


def firms_book(path, *rows, headings=FIRM_HEADINGS, title="企业"):
    """An .xlsx of firms with a heading row."""
    return book(path, (title, [list(headings), *rows]))


def notes_book(path, *rows):
    """An .xlsx of (name, ID number, note)."""
    return book(path, ("备注", [["姓名", "身份证号码", "备注"], *rows]))
