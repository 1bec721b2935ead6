"""What will become of each staged row: persons and references found, doubles in the file, checks, created or changed.

All of it is set-based SQL over the two staging tables; it runs once when an import is checked and again, inside the
writing transaction, when it is confirmed, because the registry may have changed in between.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils import timezone

from core.accounts.roles import ScopeKind
from core.formats.text import NameMatch, compare_names
from core.jobs.registry import Progress
from core.workbooks import former_numbers, sheets, staging
from core.workbooks.lengths import longest_texts
from core.workbooks.models import Import, ImportFault
from core.workbooks.sheets import Sheet

ID_HEADING = "身份证号码"
NAME_HEADING = "姓名"


class Plan:
    """The plan of one import, built step by step on one cursor."""

    def __init__(self, cursor: Any, source: Import, sheet: Sheet, progress: Progress) -> None:
        self.cursor = cursor
        self.progress = progress
        self.source = source
        self.sheet = sheet
        self.rows = staging.rows_table(source.id)
        self.plan = staging.plan_table(source.id)
        user = source.created_by
        self.params: dict[str, Any] = {
            "import_id": source.id,
            "user_scope": user.division_prefix + "%",
            "today": timezone.localdate(),
        }

    def build(self, *, to_write: bool = False) -> dict[str, int]:
        """Everything from the staged rows to the counts; replaces an earlier plan.

        ``to_write`` gives the rows to be created their ids, so that what hangs on them needs no search for them.
        """
        steps = list(self._steps(to_write=to_write))
        for place, step in enumerate(steps):
            self.progress.at(place, len(steps) + 1, "核对" if to_write else "比对")
            step()
        self.progress.at(len(steps), len(steps) + 1)
        return self._counts()

    def doubts(self) -> dict[str, Any]:
        """What somebody must weigh before the rows are written."""
        return self.sheet.doubts(self._sql)

    def _steps(self, *, to_write: bool) -> Iterator[Callable[[], object]]:
        yield ImportFault.objects.filter(source=self.source, planned=True).delete
        yield lambda: self._start(to_write=to_write)
        yield self._refuse_too_long
        if self.sheet.person:
            yield self._find_people
        for reference in self.sheet.references:
            yield partial(self._find_reference, reference)
        for check in self.sheet.checks:
            yield partial(self._check, check)
        # So far every row was judged for itself, refused or not, so that all its faults are told. Now rows meet each
        # other, and a refused one has no key, takes no place and meets nobody (formats.md §1.3).
        yield self._doubles
        yield lambda: self._refuse_found(list(self.sheet.find_faults(self._sql)))
        yield self._refuse_repetitions
        yield self._classify
        if to_write:
            yield lambda: self._sql("ANALYZE {plan}")

    def _sql(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        text = sql.replace("{rows}", self.rows).replace("{plan}", self.plan)
        self.cursor.execute(text, {**self.params, **params})
        return list(self.cursor.fetchall()) if self.cursor.description else []

    def _start(self, *, to_write: bool) -> None:
        # Every row is one to be created until it is found stored, repeated or refused: most files bring mostly new rows.
        into = "".join(f", NULL::bigint AS {reference.into}" for reference in self.sheet.references)
        target_id = "nextval(%(sequence)s::regclass)" if to_write else "NULL::bigint"
        # Asked once: a function of the catalogue would be asked again for each row.
        sequence = self._sql("SELECT pg_get_serial_sequence(%(target)s, 'id')", target=self.sheet.target.table)[0][0]
        self._sql("DROP TABLE IF EXISTS {plan}")
        self._sql(
            "CREATE TABLE {plan} WITH (fillfactor = 60) AS SELECT seq, bad AS refused, false AS repeated,"
            f" NULL::bigint AS worker_id, {target_id} AS target_id, CASE WHEN bad THEN NULL ELSE 'created' END AS action{into}"
            " FROM {rows} ORDER BY seq",
            sequence=sequence,
        )
        self._sql("ALTER TABLE {plan} ADD PRIMARY KEY (seq)")
        self._sql("ANALYZE {plan}")

    def _refuse(self, select: str, column: str, code: str, *, warning: bool = False, **params: Any) -> None:
        """Lay a fault at every row ``select`` (seq, message) gives, and unless it is a warning refuse the row.

        A cell that was refused already is not refused once more.
        """
        level = "warning" if warning else "error"
        mark = (
            ""
            if warning
            else ", refusing AS (UPDATE {plan} p SET refused = true, action = NULL FROM found f WHERE p.seq = f.seq)"
        )
        self._sql(
            f"WITH found AS MATERIALIZED (SELECT DISTINCT ON (seq) seq, message FROM ({select}) x WHERE NOT EXISTS"
            " (SELECT FROM workbooks_importfault e WHERE e.import_id = %(import_id)s AND e.seq = x.seq"
            f" AND e.\"column\" = %(fault_column)s AND e.level = 'error') ORDER BY seq){mark}"
            ' INSERT INTO workbooks_importfault (import_id, seq, sheet, "row", "column", code, message, level, planned)'
            ' SELECT %(import_id)s, f.seq, s.sheet, s."row", %(fault_column)s, %(fault_code)s, f.message, %(fault_level)s, true'
            " FROM found f JOIN {rows} s USING (seq)",
            fault_column=column,
            fault_code=code,
            fault_level=level,
            **params,
        )

    def _refuse_too_long(self) -> None:
        """Texts longer than the registry takes are told, not cut: cut silently they would be somebody's wrong data."""
        limits = longest_texts(self.cursor, self.sheet)
        if not limits:
            return
        # Bytes are at least characters, and asking for them reads no text.
        bytes_of = ", ".join(f'max(octet_length("{field}"))' for field in limits)
        most = self._sql(f"SELECT {bytes_of} FROM {{rows}}")[0]
        headings = {column.field: column.heading for column in self.sheet.columns}
        for (field, limit), found in zip(limits.items(), most, strict=True):
            if found is not None and found > limit:
                self._refuse(
                    "SELECT seq, %(said)s::text AS message FROM {plan} p JOIN {rows} s USING (seq)"
                    f' WHERE char_length(s."{field}") > {limit}',
                    headings[field],
                    "too_long",
                    said=f"“{headings[field]}”超过{limit}个字，请缩短。",
                )

    def _find_people(self) -> None:
        people = sheets.person_table()
        led = former_numbers.lead_on(self._sql, people)
        self._sql(
            f"UPDATE {{plan}} p SET worker_id = w.id FROM {{rows}} s JOIN {people.table} w ON w.{people.number} = s.id_number"
            " WHERE p.seq = s.seq"
        )
        if not self._may_register():
            self._refuse(
                "SELECT p.seq, '登记库中没有这个身份证号码对应的人员，请先登记。' AS message FROM {plan} p"
                " JOIN {rows} s USING (seq) WHERE p.worker_id IS NULL AND s.id_number IS NOT NULL",
                ID_HEADING,
                "unknown_worker",
            )
        self._refuse_strangers(people)
        if led:
            known = f"{former_numbers.LED} AND p.worker_id IS NOT NULL"
            self._refuse(known, ID_HEADING, "former_number", warning=True, said=former_numbers.SAID)
        self._compare_names(people)

    def _refuse_strangers(self, people: sheets.PersonTable) -> None:
        user = self.source.created_by
        outside, reached = f"w.{people.village} NOT LIKE %(user_scope)s", []
        if user.scope_kind is not ScopeKind.DIVISION:
            outside, reached = "w.id <> ALL (%(reached)s::bigint[])", list(people.visible_ids(user))
        self._refuse(
            f"SELECT p.seq, '此人不在您的管辖范围内，不能由您导入。' AS message FROM {{plan}} p JOIN {people.table} w"
            f" ON w.id = p.worker_id WHERE {outside}",
            ID_HEADING,
            "out_of_scope",
            reached=reached,
        )
        # Nothing more is said about them: whether their name is right is not the sender's to learn.
        self._sql(
            "UPDATE {plan} SET worker_id = NULL WHERE seq IN (SELECT e.seq FROM workbooks_importfault e"
            " WHERE e.import_id = %(import_id)s AND e.code = 'out_of_scope' AND e.planned)"
        )

    def _may_register(self) -> bool:
        return self.sheet.registers and self.source.created_by.can("imports.register")

    def _compare_names(self, people: sheets.PersonTable) -> None:
        pairs = self._sql(
            f"SELECT p.seq, s.name, w.{people.name} FROM {{plan}} p JOIN {{rows}} s USING (seq) JOIN {people.table} w"
            f" ON w.id = p.worker_id WHERE s.name <> w.{people.name}"
        )
        near: list[int] = []
        far: list[int] = []
        for seq, written, stored in pairs:
            verdict = compare_names(stored, written)
            if verdict is not NameMatch.SAME:
                (near if verdict is NameMatch.NEAR else far).append(seq)
        select = "SELECT unnest(%(seqs)s::int[]) AS seq, %(said)s::text AS message"
        said = "姓名与登记库中此身份证号码的姓名差一个字，保留登记库的姓名，请核对。"
        self._refuse(select, NAME_HEADING, "name_mismatch", warning=True, seqs=near, said=said)
        said = "姓名与登记库中此身份证号码的姓名不一致。"
        self._refuse(select, NAME_HEADING, "name_mismatch", seqs=far, said=said)

    def _find_reference(self, reference: sheets.Reference) -> None:
        self._sql(
            f"UPDATE {{plan}} p SET {reference.into} = ({reference.find}) FROM {{rows}} s"
            f" WHERE p.seq = s.seq AND ({reference.when})"
        )
        if not reference.optional:
            self._refuse(
                "SELECT p.seq, %(said)s::text AS message FROM {plan} p JOIN {rows} s USING (seq)"
                f" WHERE ({reference.when}) AND p.{reference.into} IS NULL",
                reference.blame,
                "unknown_reference",
                said=reference.message,
            )

    def _doubles(self) -> None:
        """Same key in one file: equal data counts once, different data is a fault on each that names the others."""
        # The key as one text: a null in it is a value like others, and a single column needs no case of its own.
        key = f"ROW({', '.join(self.sheet.key)})::text"
        columns = {name: f's."{name}"' for name in self.sheet.compared}
        if self.sheet.person:
            columns["name"] = "replace(s.name, '·', '')"  # a missing dot makes no other person's name
        data = ", ".join(columns.values())
        self._sql("DROP TABLE IF EXISTS doubles")
        self._sql(
            "CREATE TEMP TABLE doubles ON COMMIT DROP AS WITH keyed AS MATERIALIZED"
            f" (SELECT p.seq, {key} AS key FROM {{plan}} p JOIN {{rows}} s USING (seq) WHERE NOT p.refused)"
            ' SELECT s.seq, s.sheet, s."row", dense_rank() OVER (ORDER BY k.key) AS place,'
            f" md5(ROW({data})::text) AS digest FROM keyed k JOIN {{rows}} s USING (seq)"
            " WHERE k.key IN (SELECT key FROM keyed GROUP BY key HAVING count(*) > 1)"
        )
        words = self.sheet.key_words or self.sheet.key_heading
        self._refuse(
            "SELECT a.seq, '与' || (SELECT string_agg(CASE WHEN b.sheet = a.sheet THEN '' ELSE '“' || b.sheet || '”表' END"
            " || '第' || b.row || '行', '、' ORDER BY b.seq) FROM (SELECT * FROM doubles d WHERE d.place = a.place AND d.seq <> a.seq"
            " ORDER BY d.seq LIMIT 5) b) || %(said)s AS message FROM doubles a WHERE a.place IN"
            " (SELECT place FROM doubles GROUP BY place HAVING count(DISTINCT digest) > 1)",
            self.sheet.key_heading,
            "conflict_in_file",
            said=f"的{words}相同但内容不同，请只保留正确的一行。",
        )
        self._sql(
            "UPDATE {plan} p SET repeated = true, action = NULL FROM doubles d WHERE p.seq = d.seq AND NOT p.refused"
            " AND d.seq > (SELECT min(e.seq) FROM doubles e WHERE e.place = d.place)"
        )

    def _check(self, check: sheets.Check) -> None:
        self._refuse(check.sql, check.blame, check.code, warning=check.warning)

    def _refuse_found(self, found: list[sheets.Found]) -> None:
        for heading, code in dict.fromkeys((fault.heading, fault.code) for fault in found):
            these = [fault for fault in found if (fault.heading, fault.code) == (heading, code)]
            self._refuse(
                "SELECT unnest(%(seqs)s::int[]) AS seq, unnest(%(said)s::text[]) AS message",
                heading,
                code,
                seqs=[fault.seq for fault in these],
                said=[fault.message for fault in these],
            )

    def _refuse_repetitions(self) -> None:
        """A row that says again what a row refused meanwhile said is refused like it."""
        self._sql(
            "CREATE TEMP TABLE echoes ON COMMIT DROP AS SELECT r.seq, k.seq AS first FROM doubles k JOIN {plan} kept"
            " ON kept.seq = k.seq AND kept.refused AND NOT kept.repeated JOIN doubles r ON r.place = k.place"
            " JOIN {plan} again ON again.seq = r.seq AND again.repeated"
        )
        self._sql(
            'INSERT INTO workbooks_importfault (import_id, seq, sheet, "row", "column", code, message, level, planned)'
            ' SELECT e.import_id, o.seq, s.sheet, s."row", e."column", e.code, e.message, e.level, true FROM echoes o'
            " JOIN workbooks_importfault e ON e.import_id = %(import_id)s AND e.seq = o.first AND e.level = 'error'"
            " JOIN {rows} s ON s.seq = o.seq"
        )
        self._sql("UPDATE {plan} p SET refused = true, repeated = false FROM echoes o WHERE p.seq = o.seq")
        self._sql("DROP TABLE echoes")

    def _classify(self) -> None:
        target = self.sheet.target
        changing = {**target.values, **target.merged}
        changes = [f"coalesce({sql}, t.{name}) IS DISTINCT FROM t.{name}" for name, sql in changing.items()]
        differs = " OR ".join([*changes, f"({target.touched})"])
        self._sql(
            f"UPDATE {{plan}} p SET target_id = t.id, action = CASE WHEN {differs} THEN 'updated' ELSE 'unchanged' END"
            f" FROM {{rows}} s, {target.table} t WHERE p.seq = s.seq AND {target.key} AND NOT p.refused AND NOT p.repeated"
        )

    def _counts(self) -> dict[str, int]:
        row = self._sql(
            "SELECT count(*), count(*) FILTER (WHERE action = 'created'), count(*) FILTER (WHERE action = 'updated'),"
            " count(*) FILTER (WHERE action = 'unchanged'), count(*) FILTER (WHERE repeated AND NOT refused),"
            " count(*) FILTER (WHERE refused) FROM {plan}"
        )[0]
        counts = dict(zip(("rows", "created", "updated", "unchanged", "repeated", "refused"), row, strict=True))
        counts["warnings"] = self._sql(
            "SELECT count(DISTINCT f.seq) FROM workbooks_importfault f JOIN {plan} p USING (seq)"
            " WHERE f.import_id = %(import_id)s AND f.level = 'warning' AND NOT p.refused"
        )[0][0]
        return counts
