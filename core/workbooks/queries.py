"""Reading imports for people: faults by kind with their rows, a sample of what would change, the rows written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from core.accounts.models import User
from core.divisions.queries import paths_of, root_division
from core.formats.masking import mask_card, mask_id, mask_phone
from core.history.models import RowEvent
from core.workbooks import staging
from core.workbooks.models import Import, ImportFault
from core.workbooks.sheets import Sheet, sheet_of

MOST_GROUPS = 60
FIRST_ROWS = 5
SAMPLE = 10
MASKS = {"id_number": mask_id, "phone": mask_phone, "bank_card": mask_card}


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Faults of one code in one column: how many rows, the first of them, and whether there are more."""

    code: str
    column: str
    level: str
    count: int
    rows: list[ImportFault]

    @property
    def more(self) -> bool:
        """Whether rows remain that are not among the first."""
        return self.count > len(self.rows)


def fault_groups(source: Import) -> list[FaultGroup]:
    """The import's faults by code and column: refusals before warnings, the most frequent first, not beyond a limit.

    Two queries however many faults there are.
    """
    kinds = ("code", "column", "level")
    counted = source.faults.values(*kinds).annotate(n=Count("id")).order_by("level", "-n", *kinds)[:MOST_GROUPS]
    place = Window(RowNumber(), partition_by=[F(name) for name in kinds], order_by=["seq", "id"])
    first: dict[tuple[str, ...], list[ImportFault]] = {}
    for fault in source.faults.annotate(place=place).filter(place__lte=FIRST_ROWS).order_by("seq", "id"):
        first.setdefault((fault.code, fault.column, fault.level), []).append(fault)
    return [
        FaultGroup(row["code"], row["column"], row["level"], row["n"], first[row["code"], row["column"], row["level"]])
        for row in counted
    ]


def faults_after(source: Import, *, code: str, column: str, level: str, seq: int, size: int) -> list[ImportFault]:
    """The next ``size`` faults of one group, of rows after the one that stands at ``seq`` in the file."""
    these = source.faults.filter(code=code, column=column, level=level, seq__gt=seq)
    return list(these.order_by("seq", "id")[:size])


class Difference(NamedTuple):
    """One value before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of the file that would change a stored one; ``touched``: what hangs on that one changes (too)."""

    sheet: str
    row: int
    title: str
    differences: list[Difference]
    touched: bool


def changed_sample(source: Import, most: int = SAMPLE) -> list[ChangedRow]:
    """The first rows that would change something, with the values before and after; identities masked.

    Empty for an import that does not wait for confirmation.
    """
    sheet = sheet_of(source.kind)
    if sheet is None or source.state != Import.State.READY:
        return []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_sample_sql(source, sheet), [most])
            rows = cursor.fetchall()
    except DatabaseError:  # confirmed or cancelled since: the staged rows are gone
        return []
    columns = list(_written(sheet))
    texts = _Texts(sheet, columns, [list(zip(row[4], row[5], strict=True)) for row in rows])
    return [
        ChangedRow(row[0], row[1], texts.title(row[2], row[3]), texts.differences(pairs), row[6])
        for row, pairs in zip(rows, texts.pairs, strict=True)
    ]


def _written(sheet: Sheet) -> dict[str, str]:
    """What an update writes: table column → SQL of its value."""
    return {**sheet.target.values, **sheet.target.merged}


def _sample_sql(source: Import, sheet: Sheet) -> str:
    written, target, staged = _written(sheet), sheet.target, {name for name, _ in sheet.staged}
    before = ", ".join(f"t.{column}::text" for column in written)
    after = ", ".join(f"({value})::text" for value in written.values())
    name, number = ("s.name" if "name" in staged else "''"), ("s.id_number" if "id_number" in staged else "''")
    rows, plan = staging.rows_table(source.id), staging.plan_table(source.id)
    return (
        f'SELECT s.sheet, s."row", {name}, {number}, ARRAY[{before}]::text[], ARRAY[{after}]::text[], coalesce({target.touched}, false)'
        f" FROM {plan} p JOIN {rows} s USING (seq) JOIN {target.table} t ON t.id = p.target_id"
        " WHERE p.action = 'updated' ORDER BY p.seq LIMIT %s"
    )


class _Texts:
    """Words for the values of the sample: division names, names behind foreign keys, masks, 是 and 否."""

    def __init__(self, sheet: Sheet, columns: list[str], pairs: list[list[tuple[str | None, str | None]]]) -> None:
        self.columns = columns
        self.pairs = pairs
        self.model = model_of(sheet.target.table)
        self.headings = {column.field: column.heading for column in sheet.columns}
        fields = self.model._meta.concrete_fields if self.model else ()  # noqa: SLF001 - Django's documented model API
        self.fields = {field.column: field for field in fields}
        self.known = {name: self._words(name, place) for place, name in enumerate(columns)}

    def title(self, name: str | None, number: str | None) -> str:
        """Whom or what the row is about."""
        return " ".join(part for part in (name, mask_id(number)) if part)

    def differences(self, pairs: list[tuple[str | None, str | None]]) -> list[Difference]:
        """What would change: blank cells never erase what is stored (formats.md §1)."""
        return [
            Difference(self._label(name), self._said(name, before), self._said(name, after))
            for name, (before, after) in zip(self.columns, pairs, strict=True)
            if after is not None and after != before
        ]

    def _label(self, name: str) -> str:
        field = self.fields.get(name)
        return self.headings.get(name) or (str(field.verbose_name) if field is not None else name)

    def _words(self, name: str, place: int) -> Mapping[str, str]:
        """Value → word for the columns whose values are keys of something."""
        values = {value for row in self.pairs for value in row[place] if value}
        field = self.fields.get(name)
        if field is not None and field.related_model is not None and values:
            found = field.related_model._default_manager.in_bulk(values)  # noqa: SLF001 - Django's documented model API
            return {str(key): str(thing) for key, thing in found.items()}
        if name.endswith("_code") and all(value.isdigit() for value in values):
            return paths_of(values, above=root_division())
        choices = getattr(field, "flatchoices", None) or []
        return {"true": "是", "false": "否", **{str(key): str(word) for key, word in choices}}

    def _said(self, name: str, value: str | None) -> str:
        if not value:
            return ""
        if name in MASKS:
            return MASKS[name](value)
        return self.known[name].get(value, value)


def model_of(table: str) -> type[models.Model] | None:
    """The model behind a table."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)  # noqa: SLF001 - Django's documented model API


def written_events(source: Import) -> QuerySet[RowEvent]:
    """What the import stored or changed in its own table, one event a row."""
    sheet = sheet_of(source.kind)
    table = sheet.target.table if sheet is not None else ""
    if source.operation_id is None:
        return RowEvent.objects.none()
    return RowEvent.objects.filter(operation_id=source.operation_id, table=table, kind__in=("I", "U"))


def names_of_rows(rows: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """(table, id) → how the row calls itself; rows that are gone are left out. One query a table."""
    by_table: dict[str, list[int]] = {}
    for table, pk in rows:
        if pk is not None:
            by_table.setdefault(table, []).append(pk)
    found: dict[tuple[str, int], str] = {}
    for table, ids in by_table.items():
        model = model_of(table)
        if model is not None:
            things: Mapping[Any, models.Model] = model._default_manager.in_bulk(ids)  # noqa: SLF001 - Django's documented model API
            found |= {(table, pk): str(thing) for pk, thing in things.items()}
    return found


def waiting_for(user: User) -> int:
    """How many of the user's own imports wait to be confirmed."""
    return Import.objects.filter(Q(created_by=user), state=Import.State.READY).count()
