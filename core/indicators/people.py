"""The people behind a number: every number opens (design.md "The one idea")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from core.divisions.queries import names_of
from core.errors import DomainError, NotFound
from core.indicators import frozen, statements
from core.indicators.questions import Question
from core.indicators.scope import people_table

FIELDS: Final = ("id", "name", "id_number", "phone", "sex", "village_code")


@dataclass(frozen=True, slots=True)
class People:
    """One page of persons, by id; ``before`` and ``after`` tell whether there are more on either side."""

    rows: list[dict[str, Any]]
    before: bool
    after: bool


def parts_of(question: Question) -> list[str]:
    """The parts of the number that can be opened: numerator, denominator, extra counts."""
    indicator = question.indicator
    return ["numerator", *(["denominator"] if indicator.is_ratio else []), *indicator.extras]


def people_behind(
    question: Question, *, part: str, limit: int, beyond: int | None = None, backwards: bool = False
) -> People:
    """The persons whose units make up a part of the total, each once, in full; the caller masks what must be masked.

    ``beyond`` is the id the page begins after (ends before, when ``backwards``). Of a frozen period names and ID numbers
    are those of then. DomainError at "part" for an unknown one, ``NotFound`` when the indicator does not count persons.
    """
    if not question.indicator.fact.persons:
        raise NotFound("no_people", f"{question.indicator.name_zh}不是按人统计的，没有人员名单。", "code")
    if part not in parts_of(question):
        raise DomainError("part", f"没有“{part}”这一部分，可用：{'、'.join(parts_of(question))}。", "part")
    freeze = frozen.freeze_of(question)
    asked = frozen.as_frozen(question, freeze) if freeze else question
    statement = statements.people(asked, part, beyond=beyond, backwards=backwards, limit=limit + 1)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        ids = [row[0] for row in cursor.fetchall()]
    more, ids = len(ids) > limit, sorted(ids[:limit])
    rows = _identities(ids)
    if freeze:
        then = frozen.people_of(freeze, ids)
        rows = [{**row, **then.get(row["id"], {})} for row in rows]
    names = names_of({row["village_code"] for row in rows})
    for row in rows:
        code = row.pop("village_code")
        row["village"] = {"code": code, "name": names.get(code, code)}
    return People(rows, *((more, beyond is not None) if backwards else (beyond is not None, more)))


def _identities(ids: Sequence[int]) -> list[dict[str, Any]]:
    """The persons of those ids in their order; one who is no longer in the register keeps the id alone."""
    table = people_table()
    name = table.model._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {table.identity} FROM {name} w WHERE w.id = ANY(%s)", [list(ids)])
        found = {row[0]: dict(zip(FIELDS, row, strict=True)) for row in cursor.fetchall()}
    nobody = dict.fromkeys(FIELDS, "")
    return [found.get(person, {**nobody, "id": person}) for person in ids]
