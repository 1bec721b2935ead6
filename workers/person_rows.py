"""Lists of rows about persons (spells, visits) for staff of stations: the scope asked of a few rows at a time.

Whom a station reaches are ways through tables of millions. In a condition on the list PostgreSQL gathers them all before
the first row, whatever the page needs.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from django.db.models import F, Model, QuerySet

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.accounts.scope import id_column, reached
from core.candidates import Attempt, CountHint, beyond
from workers.models import Worker

FEW: Final = 4_000
"""Rows of one way of reaching persons; of no more the persons are read, and the list's rows found by them."""
TIMES: Final = 4
"""How many times a page's rows are looked at first; where that is too few, ``MANY``."""
MANY: Final = 2_000
COUNTED: Final = 6_000
SHARE: Final = 5
"""The rows looked at for a count are that many times those counted to."""
PORTION: Final = 1_000
"""Persons asked at once: of a few thousand the planner again gathers everybody the user reaches."""


class PersonRows:
    """Finds rows by the persons the user reaches where those are few, else in the list's order among everybody's.

    ``everybodys`` are the rows as filters and search narrow them, without the scope.
    """

    def __init__(self, user: User, everybodys: QuerySet[Any, Any], person: str = "worker_id") -> None:
        self._user, self._rows, self._person = user, everybodys, person

    def attempts(self, order: Sequence[tuple[str, bool]], edge: Sequence[Any] | None, most: int) -> Iterator[Attempt]:
        """What the user sees of the first few hundred rows beyond ``edge``, then of more."""
        if not all(_always_filled(self._rows.model, path) for path, _ in order):
            return
        found = self._rows.order_by(*[F(path).desc() if descending else F(path).asc() for path, descending in order])
        if edge is not None:
            found = found.filter(beyond(order, edge, blanks=False))
        if (few := self._few) is not None:
            named = found.filter(**{f"{self._person}__in": few})
            yield Attempt(tuple(named.values_list("pk", flat=True)[:most]), None)
            return
        read = found.values_list("pk", self._person, *[path for path, _ in order])
        for size in (TIMES * most, max(MANY, TIMES * most)):
            rows = list(read[:size])
            seen = self._seen([row[1] for row in rows])
            ids = tuple(row[0] for row in rows if row[1] in seen)[:most]
            if len(rows) < size:
                yield Attempt(ids, None)
            elif len(ids) == most:
                yield Attempt(ids, tuple(rows[-1][2:]))

    def count(self, cap: int) -> CountHint | None:
        """How many there are, where they are few; that they are more than a low ``cap`` where a part tells it."""
        if (few := self._few) is not None:
            named = self._rows.order_by().filter(**{f"{self._person}__in": few})
            return CountHint(named[: cap + 1].count(), ())
        persons, sure = self._first_persons, 0
        whole = len(persons) < COUNTED
        if not whole and cap * SHARE > COUNTED:
            return None
        for portion in _portions(persons):
            seen = self._seen(portion)
            sure += sum(person in seen for person in portion)
            if sure > cap:
                break
        return CountHint(sure, ()) if whole or sure > cap else None

    @cached_property
    def _few(self) -> list[int] | None:
        """Whom the user reaches, where they are few; None where they are many."""
        found: set[int] = set()
        for ids in reached(self._user):
            way = list(ids.values_list(id_column(ids), flat=True)[: FEW + 1])
            if len(way) > FEW:
                return None
            found.update(way)
        return list(found)

    @cached_property
    def _first_persons(self) -> list[int]:
        """Whose some rows are, in no order."""
        return list(self._rows.order_by().values_list(self._person, flat=True)[:COUNTED])

    def _seen(self, persons: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for portion in _portions(list(set(persons))):
            rows = Worker.objects.visible_to(self._user).filter(pk__in=portion)
            found.update(rows.values_list("pk", flat=True))
        return found


def _portions(persons: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(persons), PORTION):
        yield persons[start : start + PORTION]


def person_rows(user: User, everybodys: QuerySet[Any, Any]) -> PersonRows | None:
    """The finder of a list for who reaches persons in several ways: of one, or of a division, the planner makes a join."""
    return PersonRows(user, everybodys) if user.scope_kind is ScopeKind.STATIONS else None


def _always_filled(model: type[Model], path: str) -> bool:
    """Whether a path of the order is never blank, and so in the order that an index has."""
    here: Any = model
    for name in path.split("__"):
        field = here._meta.pk if name == "pk" else here._meta.get_field(name)  # noqa: SLF001 - Django's documented model API
        if field.null:
            return False
        here = field.related_model
    return True
