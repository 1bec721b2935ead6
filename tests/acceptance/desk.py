"""The outside office: it knows the public formats alone, sends files by the command line and reads JSON back."""

import csv
import io
import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from django.core.management import call_command
from openpyxl import Workbook

COUNTY = "522731"
TOWN, OTHER_TOWN = "522731001", "522731002"  # 涟江街道, 濛江街道
VILLAGE, SECOND_VILLAGE = "星光村", "大坡村"  # 522731001200, 522731001201
OTHER_VILLAGE = "姚新村"  # 522731002200
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LUHN_CARD = "6217000000000000004"
CREDIT_CODE = "91440101MA59ABCD70"
numbers = count(1)

WORKERS = ("姓名", "身份证号码", "联系电话", "乡镇", "村")
EMPLOYMENTS = ("姓名", "身份证号码", "务工省", "务工市", "务工县(区)", "务工单位", "外出时间", "返回时间")
TRIPS = (
    "批次编号", "批次名称", "车次(车牌号)", "出行方式", "出发时间", "出发地", "目的地", "座位数",
)  # fmt: skip
PASSENGERS = (
    "批次编号",
    "车次(车牌号)",
    "车厢/座位号",
    "姓名",
    "身份证号码",
    "目的地",
    "务工企业",
    "签到",
    "到岗日期",
    "状态",
)
STATIONS = ("站点编号", "站点名称", "类型", "所在地", "挂牌日期", "服务范围")
VISITS = ("姓名", "身份证号码", "协作站", "回访日期", "回访方式", "就业状态", "当前单位", "月工资(元)")


def id_number(number=None, born="19900101"):
    """A well-formed number on the address code nobody has; odd ``number`` a man, even a woman."""
    body = f"529999{born}{next(numbers) % 1000 if number is None else number:03}"
    return body + check_character(body)


def check_character(body):
    """The 18th character after these 17 digits (domain.md §6.1)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def wrong_check(number):
    """The number with another last character."""
    return number[:17] + ("1" if number[17] != "1" else "2")


def table(headings, *rows):
    """Rows given as dicts by heading, below their headings."""
    return [list(headings), *[[row.get(heading) for heading in headings] for row in rows]]


def xlsx(path, *sheets):
    """A workbook of (title, rows) or (title, rows, dress), where ``dress(sheet)`` merges, hides and the like."""
    made = Workbook()
    made.remove(made.active)
    for title, rows, *dress in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for change in dress:
            change(sheet)
    made.save(path)
    return Path(path)


def text(path, rows, encoding="utf-8", separator=","):
    """A text table of that encoding."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    Path(path).write_bytes(out.getvalue().encode(encoding))
    return Path(path)


@dataclass(frozen=True)
class Told:
    """What ``import_workbook`` printed, and its exit code."""

    document: dict
    code: int

    @property
    def counts(self):
        """The counts that are not 0."""
        return {name: value for name, value in self.document["counts"].items() if value}

    @property
    def refused(self):
        """(row, column, code) of every refusal in the order told."""
        return self._said("error")

    @property
    def warned(self):
        return self._said("warning")

    def _said(self, level):
        return [(one["row"], one["column"], one["code"]) for one in self.document["errors"] if one["level"] == level]


def command(*args):
    """The JSON a command printed and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command(*args, stdout=out)
    except SystemExit as left:
        code = left.code
    lines = out.getvalue().splitlines()
    assert len(lines) == 1, "exactly one JSON document"
    return json.loads(lines[0]), code


class Office:
    """Sends workbooks as one user, from a folder of its own."""

    def __init__(self, folder, user="xian"):
        self.folder, self.user, self.sent = folder, user, count(1)

    def path(self, suffix="xlsx"):
        return self.folder / f"表{next(self.sent)}.{suffix}"

    def send_file(self, kind, path, *more, user=None):
        told = Told(*command("import_workbook", kind, str(path), "--user", user or self.user, *more))
        counts = told.document.get("counts")
        if counts:
            parts = ("created", "updated", "unchanged", "repeated", "refused")
            assert counts["rows"] == sum(counts[name] for name in parts)
        return told

    def send(self, kind, headings, *rows, more=(), user=None, sheet="Sheet1"):
        """Rows (dicts by heading) as one plain sheet."""
        path = xlsx(self.path(), (sheet, table(headings, *rows)))
        return self.send_file(kind, path, *more, user=user)

    def register(self, *people, village=VILLAGE, town="涟江街道"):
        """People (name, number) of one village."""
        rows = [{"姓名": name, "身份证号码": number, "乡镇": town, "村": village} for name, number in people]
        told = self.send("workers", WORKERS, *rows)
        assert (told.code, told.document["errors"]) == (0, [])

    def statistics(self, code, *words, **options):
        given = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
        return command("statistics", code, *given, *words)[0]
