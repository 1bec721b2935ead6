"""Whose persons a number is about: the division asked for and the asker's scope, as one condition inside the statement."""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.models import Division
from core.divisions.queries import root_division
from core.errors import DomainError, NotFound

_PLACEHOLDER = re.compile("%%|%s")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTable:
    """The table of persons, told by the app that owns it; ``w`` is its alias in facts.

    ``columns`` are what every fact of persons carries for the dimensions of persons. ``identity`` are the columns name,
    id_number, phone, sex, village_code of a list of people; ``url_name`` the page of one person.
    """

    model: type[models.Model]
    columns: str
    identity: str
    permission: str = "workers.view"
    url_name: str = ""


_people: list[PeopleTable] = []


def register_people(table: PeopleTable) -> None:
    """Say which table holds the persons; the last call counts."""
    _people[:] = [table]


def people_table() -> PeopleTable:
    """The registered table of persons; LookupError when no app has told one."""
    if not _people:
        message = "no app has registered the table of persons"
        raise LookupError(message)
    return _people[0]


@dataclass(frozen=True, slots=True)
class Scope:
    """Persons of the villages below ``division``, and of those only the ``user``'s when their scope is not one division."""

    division: str
    user: User | None = None

    @property
    def by_division_alone(self) -> bool:
        """Whether the numbers are the same for everybody who may ask for this division."""
        return self.user is None or (self.user.scope_kind is ScopeKind.DIVISION and not self.user.scope_villages)

    def condition(self, village: str, person: str) -> tuple[str, dict[str, Any]]:
        """SQL condition on those two columns, and its named parameters."""
        sql, values = f"{village} LIKE %(scope_division)s", {"scope_division": f"{self.division}%"}
        if self.by_division_alone or self.user is None:
            return sql, values
        rows = people_table().model._default_manager.filter(self.user.scope_q()).values("pk")  # noqa: SLF001 - Django's public-by-habit API
        try:
            inner, found = rows.query.sql_with_params()
        except EmptyResultSet:
            return "false", {}
        numbers = count()
        named = _PLACEHOLDER.sub(lambda match: match[0] if match[0] == "%%" else f"%(scope_{next(numbers)})s", inner)
        values |= {f"scope_{number}": value for number, value in enumerate(found)}
        return f"{sql} AND {person} IN ({named})", values

    def of_places(self, township: str) -> tuple[str, dict[str, Any]]:
        """SQL condition on the code of a township that keeps those of the division."""
        return f"{township} LIKE %(scope_division)s", {"scope_division": f"{self.division}%"}

    @property
    def area(self) -> str | None:
        """The area whose bureau asks, "" where its account names none; None for everybody else."""
        asker = self.user
        return asker.scope_division if asker and asker.scope_kind is ScopeKind.DESTINATION else None

    @property
    def of_own_persons(self) -> "Scope":
        """All persons of the asker, whatever division is asked for."""
        return Scope(own_division(self.user), self.user)


def own_division(user: User | None) -> str:
    """The area whose numbers are this user's; None is the installation itself (the command line)."""
    return user.division_prefix if user else root_division()


def scope_for(user: User | None, division: str) -> Scope:
    """The scope of a question; ``division`` "" means the asker's own area.

    ``user`` None is the installation itself (the command line). DomainError at "division" for a code that does not exist,
    ``NotFound`` for one outside the asker's area.
    """
    own = own_division(user)
    asked = division.strip() or own
    if asked != own and not (asked.isdecimal() and Division.objects.filter(code=asked).exists()):
        raise DomainError("division_unknown", f"没有代码为“{asked}”的行政区划。", "division")
    if not asked.startswith(own):
        raise NotFound("out_of_scope", f"区划 {asked} 不在您的数据范围内。", "division")
    return Scope(asked, user)
