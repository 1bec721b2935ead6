"""人员类别台账: who belongs to a key group from when to when, as its keeper says (formats.md §1.1)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import GROUP_TAGS, HARDSHIP
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Fetch, Found, Sheet, Target, register
from workers.models import GroupMembership

UNDATED = "t.valid_from IS NULL AND t.valid_to IS NULL"


class Interval(NamedTuple):
    """Days a tag holds: [start, end), ``end`` None where none is written; ``seq`` is the row that says so, None for a stored one."""

    seq: int | None
    start: date
    end: date | None

    def meets(self, other: "Interval") -> bool:
        """Whether the later one begins before the written end of the earlier; one without gives way to the next."""
        first, second = sorted((self, other), key=lambda interval: interval.start)
        return first.end is not None and second.start < first.end


@register
class GroupTagsSheet(Sheet):
    """Dated tags. The first dated one of a kind takes the place of the undated one a roster brought.

    A person recognised anew while an older recognition has no written end belongs to the group all along: the older one
    ends where the newer begins, so that two of one kind never hold on one day.
    """

    kind = "group_tags"
    title = "人员类别台账"
    section = "劳动力"
    permission = "workers.edit"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.choice("人员类别", "tag", GROUP_TAGS, required=True, export="group_label"),
        c.date_("认定日期", "valid_from", required=True, aliases=("认定时间",), export="valid_from"),
        c.date_("终止日期", "valid_to", future=True, aliases=("终止时间",), export="valid_to"),
        c.text("监测类别", "monitored_kind", export="monitored_kind"),
        c.text("来源", "source", example="全国防返贫监测信息系统", export="source"),
        c.text("文号", "document", aliases=("认定文号", "文件号"), export="document"),
        c.choice("就业困难类别", "category", HARDSHIP, aliases=("困难类别", "就业困难人员类别"), export="category"),
        c.date_("风险消除日期", "risk_cleared_on", aliases=("风险消除时间",), export="risk_cleared_on"),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '终止日期应晚于认定日期（终止日期是不再属于该类别的第一天）。' AS message"
            " FROM {plan} p JOIN {rows} s USING (seq) WHERE s.valid_to <= s.valid_from",
            blame="终止日期",
            code="date",
        ),
        Check(
            sql="SELECT p.seq, '就业困难类别只用于就业困难人员。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.category IS NOT NULL AND s.tag <> 'hard_to_employ'",
            blame="就业困难类别",
            code="choice",
        ),
        Check(
            sql="SELECT p.seq, '风险消除日期只用于监测对象。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.risk_cleared_on IS NOT NULL AND s.tag <> 'monitored'",
            blame="风险消除日期",
            code="choice",
        ),
        Check(
            sql="SELECT p.seq, '风险消除日期不能早于认定日期。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.risk_cleared_on < s.valid_from",
            blame="风险消除日期",
            code="date",
        ),
    )
    key = ("s.id_number", "s.tag", "s.valid_from")
    key_heading = "认定日期"
    key_words = "身份证号码、人员类别和认定日期"
    target = Target(
        table="workers_groupmembership",
        key='t.worker_id = p.worker_id AND t."group" = s.tag AND t.valid_from = s.valid_from',
        fixed={"worker_id": "p.worker_id", '"group"': "s.tag", "valid_from": "s.valid_from"},
        values={
            "valid_to": "s.valid_to",
            "monitored_kind": "s.monitored_kind",
            "source": "s.source",
            "document": "s.document",
            "category": "s.category",
            "risk_cleared_on": "s.risk_cleared_on",
        },
    )
    notes = ("终止日期是不再属于该类别的第一天，仍然有效的请留空；重新认定的，前一次到新的认定日期为止。",)

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Rows that meet the written end of the same tag of the person, stored or in an earlier row (``overlap``)."""
        rows = fetch(
            "SELECT p.worker_id, s.tag, p.seq, s.valid_from, coalesce(s.valid_to, t.valid_to) FROM {plan} p"
            " JOIN {rows} s USING (seq) LEFT JOIN workers_groupmembership t"
            ' ON t.worker_id = p.worker_id AND t."group" = s.tag AND t.valid_from = s.valid_from'
            " WHERE NOT p.refused AND NOT p.repeated ORDER BY 1, 2, 4, 3"
        )
        stored = self._stored(fetch)
        for (worker, tag), members in groupby(rows, key=itemgetter(0, 1)):
            incoming = [Interval(seq, start, end) for _, _, seq, start, end in members]
            updated = {interval.start for interval in incoming}
            kept = [interval for interval in stored.get((worker, tag), ()) if interval.start not in updated]
            yield from _overlaps(incoming, kept, GROUP_TAGS.label(tag))

    def _stored(self, fetch: Fetch) -> Mapping[tuple[int, str], list[Interval]]:
        found: dict[tuple[int, str], list[Interval]] = {}
        rows = fetch(
            "SELECT t.worker_id, t.\"group\", coalesce(t.valid_from, date '0001-01-01'), t.valid_to"
            ' FROM workers_groupmembership t WHERE (t.worker_id, t."group") IN (SELECT p.worker_id, s.tag FROM {plan} p'
            f" JOIN {{rows}} s USING (seq) WHERE NOT p.refused) AND NOT ({UNDATED})"
        )
        for worker, tag, start, end in rows:
            found.setdefault((worker, tag), []).append(Interval(None, start, end))
        return found

    def before_write(self, batch: Batch) -> None:
        """Dated tags replace the undated one of their kind; one without a written end ends where the next begins."""
        batch.run(
            "DELETE FROM workers_groupmembership t USING {rows} s JOIN {plan} p USING (seq)"
            " WHERE p.action IN ('created', 'updated') AND t.worker_id = p.worker_id"
            f' AND t."group" = s.tag AND {UNDATED}'
        )
        batch.run(
            "CREATE TEMP TABLE tag_succession ON COMMIT DROP AS WITH fresh AS (SELECT p.worker_id, s.tag, s.valid_from, s.seq"
            " FROM {rows} s JOIN {plan} p USING (seq) WHERE p.action = 'created'), standing AS ("
            ' SELECT t.worker_id, t."group", t.valid_from, t.id FROM workers_groupmembership t'
            ' WHERE (t.worker_id, t."group") IN (SELECT worker_id, tag FROM fresh) AND t.valid_from IS NOT NULL)'
            " SELECT seq, id, lead(valid_from) OVER (PARTITION BY worker_id, tag ORDER BY valid_from) AS next"
            " FROM (SELECT worker_id, tag, valid_from, seq, NULL::bigint AS id FROM fresh"
            ' UNION ALL SELECT worker_id, "group", valid_from, NULL, id FROM standing) begun'
        )
        batch.run(
            "UPDATE workers_groupmembership t SET valid_to = n.next, updated_at = now() FROM tag_succession n"
            " WHERE t.id = n.id AND t.valid_to IS NULL AND n.next IS NOT NULL"
        )
        batch.run(
            "UPDATE {rows} s SET valid_to = n.next FROM tag_succession n WHERE s.seq = n.seq AND s.valid_to IS NULL"
        )
        batch.run("DROP TABLE tag_succession")

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[GroupMembership]:
        """Tags of the people the list page shows with this filter."""
        from workers.taken_out import tag_export_rows  # noqa: PLC0415 - filters are built once all apps are loaded

        return tag_export_rows(user, query)


def _overlaps(incoming: list[Interval], kept: list[Interval], label: str) -> Iterator[Found]:
    """Judge rows in order of their start against what stands; a refused row takes no days."""
    for interval in incoming:
        other = next((one for one in kept if interval.meets(one)), None)
        if other is None or interval.seq is None:
            kept.append(interval)
            continue
        until = f"至{other.end}" if other.end else "起"
        message = f"与此人已有的“{label}”有效期（{other.start}{until}）重叠，请先核对认定日期和终止日期。"
        yield Found(interval.seq, "认定日期", "overlap", message)
