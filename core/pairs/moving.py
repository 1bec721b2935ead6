"""How rows kept of a thing come to another one when two registrations are merged. Each app declares its own tables.

An app declares them in its ``children.py``, whose modules are found by themselves::

    register_child(Child(model=Visit, settle=fold("visited_on", "station_id")))   # moved; doubles are folded into one
    register_child(Child(model=Spell, derived=True))                                # goes, and is derived anew
    register_renewal(Worker, "spells", renew)                                       # renew(worker_ids) after the rows moved

Kept tables that nobody declared are read off the models: where a unique key of theirs names the thing, twins are folded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.backends.utils import CursorWrapper

from core.history.models import BusinessRow
from core.pairs.models import Alias

OWN_COLUMNS: Final = frozenset({"id", "created_at", "updated_at"})
BLANK: Final = "(k.{column} IS NULL OR k.{column}::text = '')"


@dataclass(frozen=True, slots=True)
class Settled:
    """Something that met on both sides, and what became of it; ``said`` names no personal data."""

    label: str
    said: str


@dataclass(slots=True)
class Move:
    """One merge under way: rows go from the registration ``merged`` to the registration ``kept``.

    ``measure`` and ``noun`` say what is merged: 份 档案.
    """

    cursor: CursorWrapper
    kept: int
    merged: int
    measure: str
    noun: str
    settled: list[Settled] = field(default_factory=list)

    def run(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Execute SQL with ``%(kept)s`` and ``%(merged)s`` beside its own parameters; the rows it gives."""
        self.cursor.execute(sql, {"kept": self.kept, "merged": self.merged, **params})
        return list(self.cursor.fetchall()) if self.cursor.description else []

    def say(self, child: "Child", said: str) -> None:
        """Put down what was settled."""
        self.settled.append(Settled(child.label, said))


Settle = Callable[[Move, "Child"], None]


@dataclass(frozen=True, kw_only=True)
class Child:
    """A table with rows of a thing. ``settle`` is asked before the rows move and makes room where both have the same.

    ``column`` is the foreign key to the thing. ``derived`` rows are not moved: those of both go, a renewal makes them anew.
    """

    model: type[models.Model]
    column: str = "worker_id"
    settle: Settle | None = None
    derived: bool = False

    @property
    def table(self) -> str:
        """Its table."""
        return self.model._meta.db_table  # noqa: SLF001 - Django's documented model API

    @property
    def label(self) -> str:
        """What its rows are called."""
        return str(self.model._meta.verbose_name)  # noqa: SLF001 - Django's documented model API

    @property
    def columns(self) -> dict[str, str]:
        """Stored columns somebody wrote, with what they are called."""
        found = {}
        for one in self.model._meta.concrete_fields:  # noqa: SLF001 - Django's documented model API
            if one.column not in OWN_COLUMNS and one.column != self.column and not one.generated:
                found[str(one.column)] = str(one.verbose_name)
        return found


Renewal = Callable[[Sequence[int]], object]

_children: dict[tuple[str, str], Child] = {}
_renewals: dict[tuple[type[models.Model], str], Renewal] = {}


def register_child(child: Child) -> None:
    """Declare a table; the same table and column again replaces."""
    _children[child.table, child.column] = child


def register_renewal(thing: type[models.Model], name: str, renew: Renewal) -> None:
    """Declare what is derived of the rows of things; the same name replaces."""
    _renewals[thing, name] = renew


def children_of(thing: type[models.Model]) -> list[Child]:
    """Every table with rows of such things, in the order of declaration: what hangs on rows follows them."""
    keys = _keys_to(thing)
    return [child for place, child in _children.items() if place in keys] + [
        Child(model=model, column=column, settle=_settling(model, key))
        for (table, column), (model, key) in keys.items()
        if (table, column) not in _children and issubclass(model, BusinessRow)
    ]


def renewals_of(thing: type[models.Model]) -> list[Renewal]:
    """Everything that derives facts of such things."""
    return [renew for (of, _name), renew in _renewals.items() if of is thing]


def undeclared(thing: type[models.Model]) -> list[str]:
    """``table.column`` of every foreign key to a thing that no app has declared; former registrations need not be."""
    return sorted(
        ".".join(place)
        for place, (model, _key) in _keys_to(thing).items()
        if place not in _children and not issubclass(model, Alias)
    )


def move_children(move: Move, thing: type[models.Model]) -> dict[str, int]:
    """All rows of the one come to the other; how many of which kind."""
    moved: dict[str, int] = {}
    for child in children_of(thing):
        if child.derived:
            move.run(f'DELETE FROM {child.table} WHERE "{child.column}" IN (%(kept)s, %(merged)s)')
            continue
        if child.settle is not None:
            child.settle(move, child)
        stamp = ", updated_at = now()" if issubclass(child.model, BusinessRow) else ""
        move.run(f'UPDATE {child.table} SET "{child.column}" = %(kept)s{stamp} WHERE "{child.column}" = %(merged)s')
        if move.cursor.rowcount:
            moved[child.label] = moved.get(child.label, 0) + move.cursor.rowcount
    return moved


ForeignKey = models.ForeignKey[Any, Any]


def _keys_to(thing: type[models.Model]) -> dict[tuple[str, str], tuple[type[models.Model], ForeignKey]]:
    """(table, column) → the foreign keys to such things that the database holds."""
    return {
        (model._meta.db_table, str(key.column)): (model, key)  # noqa: SLF001 - Django's documented model API
        for model in apps.get_models()
        for key in model._meta.concrete_fields  # noqa: SLF001 - see above
        if isinstance(key, models.ForeignKey)
        and key.remote_field.model is thing
        and getattr(key, "db_constraint", True)
    }


def _settling(model: type[models.Model], key: ForeignKey) -> Settle | None:
    for constraint in model._meta.constraints:  # noqa: SLF001 - Django's documented model API
        if isinstance(constraint, models.UniqueConstraint) and key.name in constraint.fields:
            others = [name for name in constraint.fields if name != key.name]
            columns = [str(model._meta.get_field(name).column) for name in others]  # type: ignore[union-attr]  # noqa: SLF001 - see above
            return fold(*columns, followers=list(_hanging_on(model)))
    return None


def _hanging_on(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Tables whose rows hang on rows of the model."""
    for relation in model._meta.related_objects:  # noqa: SLF001 - Django's documented model API
        related = relation.related_model
        if isinstance(related, type):
            yield related._meta.db_table, str(relation.field.column)  # noqa: SLF001 - see above


def fold(
    *key: str,
    fills: Mapping[str, str] | None = None,
    leaves: Iterable[str] = (),
    quiet: Iterable[str] = (),
    followers: Iterable[tuple[str, str]] = (),
) -> Settle:
    """Where both have a row of the same ``key`` that of the one kept stands, and takes what it lacks from the other.

    ``fills`` overrides how a column is filled (SQL over ``k`` kept and ``g`` gone), ``leaves`` names columns that stay as
    they are, ``quiet`` those whose difference nobody needs to hear of. ``followers`` are (table, column) of rows that
    hang on the row that goes. What differs is said by its name.
    """
    overrides, left, unsaid = dict(fills or {}), set(leaves), set(quiet)

    def settle(move: Move, child: Child) -> None:
        same = " AND ".join(f'k."{name}" IS NOT DISTINCT FROM g."{name}"' for name in key) or "true"
        twins = move.run(
            f'SELECT k.id, g.id FROM {child.table} k JOIN {child.table} g ON {same} WHERE k."{child.column}" = %(kept)s'
            f' AND g."{child.column}" = %(merged)s ORDER BY k.id'
        )
        told = {name: label for name, label in child.columns.items() if name not in key}
        for kept_row, gone_row in twins:
            said = {name: label for name, label in told.items() if name not in unsaid}
            _say_differences(move, child, said, kept_row, gone_row)
            for table, column in followers:
                move.run(
                    f'UPDATE {table} SET "{column}" = %(to)s WHERE "{column}" = %(gone)s', to=kept_row, gone=gone_row
                )
            filled = {name: overrides.get(name) or _filled(name) for name in told if name not in left}
            _take_over(move, child, filled, kept_row, gone_row)

    return settle


def _filled(column: str) -> str:
    quoted = f'"{column}"'
    return f"CASE WHEN {BLANK.format(column=quoted)} THEN g.{quoted} ELSE k.{quoted} END"


def _take_over(move: Move, child: Child, filled: Mapping[str, str], kept_row: int, gone_row: int) -> None:
    """The row that goes is gone before the other one takes its place: a seat has one passenger at any moment."""
    columns = ", ".join(f'"{name}"' for name in filled)
    now, then = ", ".join(f'k."{name}"' for name in filled), ", ".join(filled.values())
    move.run(
        f"CREATE TEMP TABLE merge_gone ON COMMIT DROP AS SELECT * FROM {child.table} WHERE id = %(gone)s", gone=gone_row
    )
    move.run(f"DELETE FROM {child.table} WHERE id = %(gone)s", gone=gone_row)
    move.run(
        f"UPDATE {child.table} k SET ({columns}, updated_at) = ROW({then}, now()) FROM merge_gone g"
        f" WHERE k.id = %(row)s AND ({now}) IS DISTINCT FROM ({then})",
        row=kept_row,
    )
    move.run("DROP TABLE merge_gone")


def _say_differences(move: Move, child: Child, told: Mapping[str, str], kept_row: int, gone_row: int) -> None:
    """Name the columns in which the two rows say different things: what the one kept says counts."""
    tests = ", ".join(
        f'NOT (k."{name}" IS NULL OR g."{name}" IS NULL OR k."{name}"::text = \'\' OR g."{name}"::text = \'\')'
        f' AND k."{name}" IS DISTINCT FROM g."{name}"'
        for name in told
    )
    found = move.run(
        f"SELECT {tests} FROM {child.table} k, {child.table} g WHERE k.id = %(row)s AND g.id = %(gone)s",
        row=kept_row,
        gone=gone_row,
    )[0]
    different = [label for label, differs in zip(told.values(), found, strict=True) if differs]
    said = f"{'、'.join(different)}不同，以保留的{move.noun}为准。" if different else "合为一条。"
    move.say(child, f"两{move.measure}{move.noun}有同一条记录，{said}")
