"""就业载体台账 and 载体用工花名册 (domain.md §3.11)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import Case, DateField, F, QuerySet, When

from core.accounts.models import User
from core.formats.values import WORKPLACE_KIND, WORKPLACE_STATE
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Fetch, Found, Reference, Sheet, Target, register
from employment.contradictions import renew
from employment.models import Placement, Workplace
from employment.places.succession import Post, defer, met_by, settle
from employment.workbooks.employments import workers_of_operation, written_workers
from employment.workbooks.named import create_stubs, employer_reference, new_employer

TOWNSHIP = c.township(
    "所在乡镇", "township", into="township_code", aliases=("乡镇", "乡镇(街道)", "所属乡镇"), export="township_name"
)
OPERATOR, CODE = "s.operator_name", "s.credit_code"
STATE = "CASE WHEN s.state IS NULL AND s.withdrawn_on IS NOT NULL THEN '撤销' ELSE s.state END"
"""A 撤销日期 without a word says that the place was withdrawn."""
RECOGNISED: Final = f"coalesce({STATE}, CASE WHEN t.recognised_on IS NULL THEN '正常' END)"
"""A row tells a 认定日期, so a place that had only applied is recognised by it."""
NUMBER = ("编号", "载体编码")


@register
class WorkplacesSheet(Sheet):
    """The workplaces the county has recognised, by number; one that waits for it stands in no ledger."""

    kind = "workplaces"
    title = "就业载体台账"
    section = "就业"
    list_url_name = "employment:workplaces"
    permission = "employment.edit"
    person = False
    columns = (
        c.text("载体编号", "code", required=True, as_text=True, aliases=NUMBER, example="CJ-2025-01", export="code"),
        c.text("名称", "title", required=True, aliases=("载体名称",), example="古达乡某某帮扶车间", export="name"),
        c.choice("类型", "type", WORKPLACE_KIND, required=True, aliases=("载体类型",), export="kind"),
        *TOWNSHIP.columns,
        c.date_("认定日期", "recognised_on", required=True, aliases=("认定时间",), export="recognised_on"),
        c.text("运营单位", "operator_name", aliases=("运营企业", "用人单位"), export="operator__name"),
        c.credit_code(export="operator__credit_code"),
        c.integer("岗位数", "posts", aliases=("岗位数(个)", "开发岗位数"), example="30", export="posts"),
        c.date_("撤销日期", "withdrawn_on", aliases=("撤销时间",), export="withdrawn_on"),
        c.choice("状态", "state", WORKPLACE_STATE, export="state"),
    )
    derived = (TOWNSHIP.derived,)
    references = (employer_reference(OPERATOR, CODE),)
    checks = (
        Check(
            sql="SELECT p.seq, '载体“' || s.code || '”登记在别的乡镇，不能由您修改。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " JOIN employment_workplace t ON t.code = s.code WHERE t.township_code NOT LIKE %(user_scope)s",
            blame="载体编号",
            code="out_of_scope",
        ),
        Check(
            sql="SELECT p.seq, '撤销日期不能早于认定日期。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " LEFT JOIN employment_workplace t ON t.code = s.code"
            " WHERE coalesce(s.withdrawn_on, t.withdrawn_on) < s.recognised_on",
            blame="撤销日期",
            code="date",
        ),
    )
    key = ("s.code",)
    key_heading = "载体编号"
    merged_down = ("所在乡镇",)
    target = Target(
        table="employment_workplace",
        key="t.code = s.code",
        fixed={"code": "s.code", "state": f"coalesce({STATE}, '正常')"},
        values={
            "name": "s.title",
            "kind": "s.type",
            "township_code": "s.township_code",
            "recognised_on": "s.recognised_on",
            "operator_id": "p.employer_id",
            "posts": "s.posts",
            "withdrawn_on": "s.withdrawn_on",
        },
        merged={"state": RECOGNISED},
        touched=new_employer(OPERATOR, CODE),
    )
    notes = (
        "所在乡镇可以不填，改为每个乡镇一张工作表，以乡镇名称命名。",
        "撤销日期当天起不再计入统计。",
        "本表登记已认定的载体；还在申报的在页面上登记，用同一编号填入本表即为认定。",
    )

    def before_write(self, batch: Batch) -> None:
        """Store the operators nobody knew."""
        create_stubs(batch, OPERATOR, CODE)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Workplace]:
        """Workplaces as the list page filters them, with the name of their township."""
        from employment.places.filters import workplaces  # noqa: PLC0415 - filters import models only once apps are ready
        from employment.queries import place_name  # noqa: PLC0415 - as above

        recognised = workplaces(user, query).filter(recognised_on__isnull=False)
        return recognised.annotate(township_name=place_name("township_code", 9))


WRITTEN_END = "CASE WHEN NOT t.succeeded THEN t.end_on END"
"""The end somebody wrote; one that merely follows from the next post gives way."""


@register
class WorkplaceStaffSheet(Sheet):
    """Who is in post at a workplace. A post without a written end ends where the person's next one there begins."""

    kind = "workplace_staff"
    title = "载体用工花名册"
    section = "就业"
    list_url_name = "employment:placements"
    permission = "employment.edit"
    columns = (
        c.text(
            "载体编号",
            "code",
            required=True,
            as_text=True,
            aliases=NUMBER,
            example="CJ-2025-01",
            export="workplace__code",
        ),
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.text("岗位", "post", aliases=("工种", "工种(岗位)", "岗位名称"), example="缝纫工", export="post"),
        c.date_("上岗时间", "start_on", required=True, aliases=("上岗日期", "到岗时间"), export="start_on"),
        c.date_("离岗时间", "end_on", aliases=("离岗日期",), export="written_end"),
        c.amount("月工资(元)", "wage", export="wage"),
    )
    references = (
        Reference(
            into="workplace_id",
            find="(SELECT w.id FROM employment_workplace w WHERE w.code = s.code)",
            when="s.code IS NOT NULL",
            blame="载体编号",
            message="没有登记这个载体编号，请先导入就业载体台账。",
        ),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '离岗时间应晚于上岗时间（离岗时间是不再在岗的第一天）。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.end_on <= s.start_on",
            blame="离岗时间",
            code="date",
        ),
    )
    key = ("s.code", "s.id_number", "s.start_on")
    key_heading = "上岗时间"
    key_words = "载体编号、身份证号码和上岗时间"
    merged_down = ("载体编号",)
    target = Target(
        table="employment_placement",
        key="t.workplace_id = p.workplace_id AND t.worker_id = p.worker_id AND t.start_on = s.start_on",
        fixed={"workplace_id": "p.workplace_id", "worker_id": "p.worker_id", "start_on": "s.start_on"},
        values={
            "post": "s.post",
            "end_on": "s.end_on",
            "succeeded": "CASE WHEN s.end_on IS NOT NULL THEN false END",
            "wage": "s.wage",
        },
    )
    notes = ("离岗时间是不再在岗的第一天，仍在岗的请留空；同一人在同一载体重新上岗的，前一段到新的上岗时间为止。",)

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Rows that meet the written end of another post of the person at that workplace (``overlap``).

        The persons are locked, so that no clerk writes a post down between this judgement and the writing.
        """
        fetch(
            "SELECT count(*) FROM (SELECT w.id FROM workers_worker w WHERE w.id IN (SELECT worker_id FROM {plan}"
            " WHERE NOT refused) ORDER BY w.id FOR NO KEY UPDATE) locked"
        )
        rows = fetch(
            f"SELECT p.workplace_id, p.worker_id, s.start_on, coalesce(s.end_on, {WRITTEN_END}), p.seq FROM {{plan}} p"
            " JOIN {rows} s USING (seq) LEFT JOIN employment_placement t"
            " ON t.workplace_id = p.workplace_id AND t.worker_id = p.worker_id AND t.start_on = s.start_on"
            " WHERE NOT p.refused AND NOT p.repeated ORDER BY 1, 2, 3, 5"
        )
        stored = self._stored(fetch)
        for key, members in groupby(rows, key=itemgetter(0, 1)):
            incoming = [Post(*member[2:]) for member in members]
            written = {post.start for post in incoming}
            yield from _overlaps(incoming, [post for post in stored.get(key, ()) if post.start not in written])

    def _stored(self, fetch: Fetch) -> Mapping[tuple[int, int], list[Post]]:
        found: dict[tuple[int, int], list[Post]] = {}
        rows = fetch(
            f"SELECT t.workplace_id, t.worker_id, t.start_on, {WRITTEN_END} FROM employment_placement t"
            " WHERE (t.workplace_id, t.worker_id) IN (SELECT p.workplace_id, p.worker_id FROM {plan} p WHERE NOT p.refused)"
        )
        for workplace, worker, start, end in rows:
            found.setdefault((workplace, worker), []).append(Post(start, end))
        return found

    def before_write(self, batch: Batch) -> None:
        """Ends follow from each other once all rows are there."""
        defer(batch.cursor)

    def after_write(self, batch: Batch) -> None:
        """Let posts end where the next ones begin, and see what speaks against the spells of everybody the file names."""
        written = written_workers(batch)
        settle(batch.cursor, written)
        renew(written)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "employment_placement", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:  # noqa: ARG002 - the sheet's hook
        """See it anew."""
        renew(batch_workers)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Placement]:
        """Posts as the list page filters them."""
        from employment.places.filters import placements  # noqa: PLC0415 - filters import models only once apps are ready

        written = Case(When(succeeded=False, then=F("end_on")), default=None, output_field=DateField())
        return placements(user, query).annotate(written_end=written)


def _overlaps(incoming: list[Post], kept: list[Post]) -> Iterator[Found]:
    """Judge rows in order of their start against what stands; a refused row takes no days."""
    for post in incoming:
        other = met_by(post, kept)
        if other is None or post.seq is None:
            kept.append(post)
            continue
        message = (
            f"与此人在该载体的另一段在岗时间（{other.start}至{other.end or '今'}）重叠，请核对上岗时间和离岗时间。"
        )
        yield Found(post.seq, "上岗时间", "overlap", message)
