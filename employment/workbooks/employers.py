"""企业台账."""

from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import KEY_EMPLOYER
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Sheet, Target, register
from employment.arrivals import arrived_at
from employment.models import Employer
from employment.names import bare_sql
from employment.queries import place_path
from employment.rebuilding import rebuild_spells
from employment.workbooks.named import KNOWN_AS, ONCE_CODED, ONCE_NAMED

PLACE = c.place("所在地", "place", into="place_code", required=True, export="place_path")

# A row with a credit code means the firm of that code, else the firm of that name that has none yet (of several codes the
# first of the file takes it); a row without one the firm of that name. One look-up by index a row.
BARE = bare_sql("s.name")
FIND = f"""t.id = CASE WHEN s.credit_code IS NULL THEN coalesce({KNOWN_AS.format(name="s.name")}, {ONCE_NAMED.format(name="s.name")})
ELSE coalesce((SELECT e.id FROM employment_employer e WHERE e.credit_code = s.credit_code), {ONCE_CODED.format(code="s.credit_code")},
 (SELECT e.id FROM employment_employer e WHERE {bare_sql("e.name")} = {BARE} AND e.credit_code IS NULL
  AND NOT EXISTS (SELECT FROM {{rows}} o JOIN {{plan}} q USING (seq) WHERE {bare_sql("o.name")} = {BARE} AND o.seq < s.seq
   AND NOT q.refused AND o.credit_code <> s.credit_code
   AND NOT EXISTS (SELECT FROM employment_employer k WHERE k.credit_code = o.credit_code))
  ORDER BY e.name = s.name DESC, e.id LIMIT 1))
END"""

# A row that gives the name or code of an employer merged into another one tells of that one, and does not rename it.
NAME = f"""coalesce((SELECT e.name FROM employment_employeralias a JOIN employment_employer e ON e.id = a.employer_id
 WHERE {bare_sql("a.name")} = {BARE} AND (s.credit_code IS NULL OR s.credit_code IN (a.credit_code, e.credit_code))
 AND NOT EXISTS (SELECT FROM employment_employer o WHERE {bare_sql("o.name")} = {BARE}) ORDER BY a.id DESC LIMIT 1), s.name)"""
CODE = """coalesce((SELECT e.credit_code FROM employment_employeralias a JOIN employment_employer e ON e.id = a.employer_id
 WHERE a.credit_code = s.credit_code AND NOT EXISTS (SELECT FROM employment_employer o WHERE o.credit_code = s.credit_code)),
 s.credit_code)"""


@register
class EmployersSheet(Sheet):
    """Firms, by credit code else by name; completes the stubs other sheets left."""

    kind = "employers"
    title = "企业台账"
    section = "就业"
    list_url_name = "employment:employers"
    permission = "employment.edit"
    person = False
    columns = (
        c.text(
            "企业名称",
            "name",
            required=True,
            aliases=("单位名称", "用人单位"),
            example="赫章县某某服饰有限公司",
            export="name",
        ),
        c.credit_code(export="credit_code"),
        *PLACE.columns,
        c.text("行业", "industry", export="industry"),
        c.integer("规模(人)", "size", aliases=("规模", "用工人数"), export="size"),
        c.text("联系人", "contact", export="contact"),
        c.phone(export="phone"),
        c.yes_no("是否重点企业", "key_employer", KEY_EMPLOYER, export="key_employer"),
    )
    derived = (PLACE.derived,)
    key = (f"coalesce(s.credit_code, {BARE})",)
    key_heading = "企业名称"
    key_words = "企业"
    merged_down = ("所在地",)
    target = Target(
        table="employment_employer",
        key=FIND,
        values={
            "name": NAME,
            "credit_code": CODE,
            "place_code": "s.place_code",
            "industry": "s.industry",
            "size": "s.size",
            "contact": "s.contact",
            "phone": "s.phone",
            "key_employer": "s.key_employer",
            "stub": "false",
        },
    )

    def after_write(self, batch: Batch) -> None:
        """Where people came to work by 求职登记 is where their employer is: derive their spells anew."""
        changed = batch.fetch("SELECT target_id FROM {plan} WHERE action = 'updated'")
        rebuild_spells(worker_ids=arrived_at(row[0] for row in changed), progress=batch.progress)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons who came to work at employers the operation changed."""
        cursor.execute(
            "SELECT DISTINCT row_id FROM history_row_event WHERE \"table\" = 'employment_employer' AND operation_id = %s",
            [operation_id],
        )
        return arrived_at(row[0] for row in cursor.fetchall())

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Any) -> QuerySet[Employer]:
        """Employers as the list page filters them, with the path of their place."""
        from employment.filters import employers  # noqa: PLC0415 - filters import models only once apps are ready

        return employers(user, query).annotate(place_path=place_path("place_code"))
