"""劳动力花名册: who is in the register, as the village's or township's roster says (formats.md §1.1)."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.faults import CellFault
from core.formats.identity import YOUNGEST_WORKER, age_notice, sex_notice
from core.formats.pinyin import key_initials, sort_key
from core.formats.text import PLAIN_NAME, cell_text
from core.formats.values import LABOUR_STATUS, SEX
from core.history.services import operation
from core.workbooks import columns as c
from core.workbooks.sheets import (
    IN_BATCH,
    Batch,
    Column,
    Derived,
    Fetch,
    RowContext,
    RowNotice,
    Sheet,
    Target,
    register,
)
from workers.doubles.braking import doubtful_rows
from workers.doubles.jobs import look_for_doubles
from workers.labour import told
from workers.models import Worker
from workers.workbooks.founded import FOUNDED
from workers.workbooks.groups import GROUPS, group_columns

PLACE = c.village(into="village_code")
NEW_TAGS = (
    "EXISTS (SELECT FROM unnest(s.groups) g WHERE NOT EXISTS"
    ' (SELECT FROM workers_groupmembership m WHERE m.worker_id = t.id AND m."group" = g))'
)
KNOWN_GROUP = "coalesce(s.group_name, t.group_name, '')"
"""The village group whose household a row means: the written one, else the one the person is known in."""
THEIR_HOUSEHOLD = f"h.village_code = s.village_code AND h.head_name = s.head_name AND h.group_name = {KNOWN_GROUP}"
SAME_HOUSEHOLD = f"(s.head_name IS NULL OR EXISTS (SELECT FROM workers_household h WHERE h.id = t.household_id AND {THEIR_HOUSEHOLD}))"
TAGGED_AT_ONCE = 50_000
"""Rows whose tags are stored by one statement: progress moves between them."""
STORED_AS_WRITTEN = (
    "ethnicity", "education", "political", "health", "capacity", "phone", "village_code", "group_name", "relation",
    "monitored_kind", "resettlement_site", "labour_status", "skill", "skill_level", "intention", "intended_place",
    "expected_wage", "training_wish", "wanted_job", "startup_wish", "bank_card", "bank_name", "visited_by", "visited_on",
    "note",
)  # fmt: skip


def _sex(raw: Any, _today: date) -> str | None:
    # The number's sex counts, so an odd word here is a doubt and never a refusal.
    try:
        return SEX.parse(raw)
    except CellFault:
        return cell_text(raw)


def _unread(raw: Any, _today: date) -> Any:
    return raw


def _sex_notice(number: str | None, stated: str | None, _today: date) -> Any:
    return sex_notice(number, stated) if number and stated else None


def _age_notice(number: str | None, today: date) -> Any:
    if number is None or number[6:14] <= _born_by(today):
        return None
    return age_notice(number, today)


@lru_cache(maxsize=2)
def _born_by(today: date) -> str:
    """The last birth date, as ID numbers write it, of whom nothing needs to be worked out."""
    return f"{today.year - YOUNGEST_WORKER - 1}1231"


def _of_text(function: Callable[[str], str]) -> Callable[[Any], Callable[[str | None], str | None]]:
    def make(_context: RowContext) -> Callable[[str | None], str | None]:
        # What it stands on is loaded now, while the file is read, and not with the first row.
        function(c.name().example)
        return lambda text: function(text) if text else None

    return make


def _columns() -> tuple[Column, ...]:
    tags, *answers = group_columns()
    return (
        c.name(export="name"),
        c.id_number(export="id_number"),
        c.column("性别", "sex", _sex, choices=SEX.codes, example="男", compared=False, export="sex"),
        c.text("民族", "ethnicity", example="苗族", export="ethnicity"),
        c.text("文化程度", "education", example="初中", export="education"),
        c.text("政治面貌", "political", example="群众", export="political"),
        c.text("健康状况", "health", example="健康", export="health"),
        c.text("劳动能力", "capacity", example="普通劳动力", export="capacity"),
        c.phone(export="phone"),
        *PLACE.columns,
        c.text("组", "group_name", longest=200, example="3组", export="group_name"),
        c.text(
            "户主姓名",
            "head_name",
            memo=False,
            plain=PLAIN_NAME,
            aliases=("户主",),
            example="张国强",
            export="household__head_name",
        ),
        c.text("与户主关系", "relation", example="户主", export="relation"),
        tags,
        c.text("监测类别", "monitored_kind", export="monitored_kind"),
        c.text("安置点", "resettlement_site", aliases=("搬迁安置点", "易地搬迁安置点"), export="resettlement_site"),
        c.choice(
            "就业状态", "labour_status", LABOUR_STATUS, aliases=("目前就业状态", "就业情况"), export="labour_status"
        ),
        c.text("技能特长", "skill", aliases=("技能",), example="电工", export="skill"),
        c.text("技能等级", "skill_level", example="中级（四级）", export="skill_level"),
        c.text("就业意向", "intention", example="省外务工", export="intention"),
        c.text("意向地区", "intended_place", aliases=("意向就业地区",), example="广东", export="intended_place"),
        c.amount("期望月薪", "expected_wage", export="expected_wage"),
        c.text("培训意愿", "training_wish", example="愿意", export="training_wish"),
        c.text("意向工种", "wanted_job", example="焊工", export="wanted_job"),
        c.text("创业意愿", "startup_wish", example="无", export="startup_wish"),
        c.card(export="bank_card"),
        c.text("开户银行", "bank_name", example="农村信用社", export="bank_name"),
        c.text("走访人", "visited_by", example="李明", export="visited_by"),
        c.date_("走访日期", "visited_on", export="visited_on"),
        c.text("备注", "note", export="note"),
        *answers,
    )


@register
class WorkersSheet(Sheet):
    """The roster. Blank cells erase nothing; a tag it brings is undated and adds to those stored, 否 ends none."""

    kind = "workers"
    title = "劳动力花名册"
    section = "劳动力"
    list_url_name = "workers:list"
    permission = "workers.edit"
    told = (
        c.column("年龄", "age", _unread, sql="integer", export="age"),
        c.text("推算就业状态", "status", export="status"),
        c.date_("登记时间", "created_at", export="created_at__date"),
    )
    registers = True
    columns = _columns()
    derived = (
        PLACE.derived,
        GROUPS,
        Derived(field="name_key", sql="text", sources=("name",), make=_of_text(sort_key), blame="姓名", compared=False),
        Derived(
            field="name_initials",
            sql="text",
            sources=("name_key",),
            make=_of_text(key_initials),
            blame="姓名",
            compared=False,
        ),
    )
    row_notices = (
        RowNotice(sources=("id_number", "sex"), make=_sex_notice, blame="性别"),
        RowNotice(sources=("id_number",), make=_age_notice, blame="身份证号码"),
    )
    key = ("s.id_number",)
    key_heading = "身份证号码"
    target = Target(
        table="workers_worker",
        key="t.id_number = s.id_number",
        fixed={
            "name": "s.name",
            "name_key": "s.name_key",
            "name_initials": "s.name_initials",
            "id_number": "s.id_number",
            "first_visited_on": "s.visited_on",
            "household_id": "h.household_id",
        },
        values={name: f"s.{name}" for name in STORED_AS_WRITTEN},
        merged={
            "first_visited_on": "least(t.first_visited_on, s.visited_on)",
            "household_id": f"CASE WHEN {SAME_HOUSEHOLD} THEN NULL"
            f" ELSE (SELECT h.id FROM workers_household h WHERE {THEIR_HOUSEHOLD}) END",
        },
        touched=f"NOT {SAME_HOUSEHOLD} OR {NEW_TAGS}",
        joined="LEFT JOIN household_of_row h ON h.seq = s.seq AND h.seq >= %(first)s AND h.seq < %(next)s",
    )
    merged_down = ("乡镇", "村", "组", "户主姓名")
    notes = (
        "乡镇可以不填，改为每个乡镇一张工作表，以乡镇名称命名。",
        "人员类别可以填多项，也可以改用“是否脱贫人口”“是否监测对象”“是否易地搬迁”“是否低保”“是否残疾”各一列。",
        "空着的单元格不会清除已登记的内容；填“否”不会取消已登记的人员类别。",
        "性别、出生日期、年龄以身份证号码为准。",
    )

    def doubts(self, fetch: Fetch) -> dict[str, Any]:
        """Too many new people who look like people registered already."""
        return doubtful_rows(fetch)

    def before_write(self, batch: Batch) -> None:
        """Create the households that rows name for the first time, and find that of each new person.

        They belong to an operation of their own: undoing this roster must not take away a household others live in by now
        (``founded`` takes away those nobody does).
        """
        batch.progress.at(0, 2, "登记户")
        with operation(user=batch.user, action=FOUNDED):
            # In the order of the unique key, which costs half of what any other does.
            batch.run(
                "INSERT INTO workers_household (village_code, group_name, head_name)"
                f" SELECT DISTINCT s.village_code, {KNOWN_GROUP} AS group_name, s.head_name FROM {{rows}} s"
                " JOIN {plan} p USING (seq) LEFT JOIN workers_worker t ON t.id = p.worker_id"
                " WHERE p.action IN ('created', 'updated') AND s.head_name IS NOT NULL"
                f" AND NOT EXISTS (SELECT FROM workers_household h WHERE {THEIR_HOUSEHOLD})"
                " ORDER BY village_code, head_name, group_name"
            )
        batch.progress.at(1, 2, "登记户")
        batch.run(
            "CREATE TEMP TABLE household_of_row ON COMMIT DROP AS SELECT p.seq, h.id AS household_id FROM {rows} s"
            " JOIN {plan} p USING (seq) JOIN workers_household h ON h.village_code = s.village_code"
            " AND h.head_name = s.head_name AND h.group_name = coalesce(s.group_name, '')"
            " WHERE p.action = 'created' ORDER BY p.seq"
        )
        batch.run("ALTER TABLE household_of_row ADD PRIMARY KEY (seq)")
        batch.run("ANALYZE household_of_row")

    def after_write(self, batch: Batch) -> None:
        """Add the tags that nobody has stored for the person yet, dated or not."""
        new = (
            'INSERT INTO workers_groupmembership (worker_id, "group", source)'
            f" SELECT p.target_id, g, '{self.title}' FROM {{rows}} s JOIN {{plan}} p USING (seq)"
            f" CROSS JOIN LATERAL unnest(s.groups) g WHERE {IN_BATCH} AND p.action = "
        )
        stored = 'SELECT FROM workers_groupmembership m WHERE m.worker_id = p.target_id AND m."group" = g'
        for bounds in batch.steps(TAGGED_AT_ONCE, "登记人员类别"):
            batch.run(f"{new}'created'", bounds)
            batch.run(f"{new}'updated' AND NOT EXISTS ({stored})", bounds)
        batch.run("DROP TABLE household_of_row")
        told(row[0] for row in batch.fetch("SELECT DISTINCT target_id FROM {plan} WHERE action = 'updated'"))
        if batch.fetch("SELECT EXISTS (SELECT FROM {plan} WHERE action IN ('created', 'updated'))")[0][0]:
            look_for_doubles(operation_id=batch.operation_id)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Whose files the operation changed."""
        cursor.execute(
            "SELECT DISTINCT row_id FROM history_row_event WHERE operation_id = %s AND \"table\" = 'workers_worker' AND kind = 'U'",
            [operation_id],
        )
        return [row[0] for row in cursor.fetchall()]

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:  # noqa: ARG002 - the sheet's hook
        """What hangs on the files follows."""
        told(batch_workers)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Worker]:
        """People as the list page filters them, with the names of township and village and their tags today."""
        from workers.taken_out import export_rows  # noqa: PLC0415 - filters are built once all apps are loaded

        return export_rows(user, query)
