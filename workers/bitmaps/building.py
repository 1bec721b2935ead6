"""Making the bitmaps follow the register: triggers leave marks, this takes them and builds the marked blocks anew."""

import time
import uuid
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count

from workers.bitmaps.blocks import BITS, NOWHERE, SPAN, Block, make_names, places_in
from workers.bitmaps.columns import make_numbers, make_words
from workers.bitmaps.conditions import PREFIXES, prefix_number
from workers.bitmaps.dated import Dated, Fact, make_dated
from workers.bitmaps.facts import Facts, kinds_of_facts
from workers.bitmaps.packing import packed
from workers.models import GroupMembership, Worker

LOCK: Final = 7_204_462
MANY_IN_BLOCK: Final = 64
MANY_IN_ALL: Final = 512
"""A list reads single marked people beside the bitmaps; only above these numbers a block is worth building anew."""
BUDGET: Final = 30.0
GROUPS_WORTH: Final = 256
"""A key group has no columns but its days: also a small one is worth a layer."""

WORDS: Final = (
    "sex",
    "labour_status",
    "education",
    "skill",
    "intention",
    "intended_place",
    "wanted_job",
    "training_wish",
    "startup_wish",
    "resettlement_site",
)
NUMBERS: Final = ("birth_date", "visited_on", "expected_wage", "village_code", "household_id")
_COLUMNS: Final = ("id", "name_key", *WORDS, *NUMBERS, *PREFIXES)


def refresh_bitmaps(*, everything: bool = False, budget: float = BUDGET) -> int:
    """Build the blocks that have changed enough (``everything``: all that have changed); how many were built.

    One run at a time, each block in a transaction of its own, so that no run is in vain; ``budget`` are seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        until, built = time.monotonic() + budget, 0
        for number in due_blocks(everything=everything):
            if time.monotonic() > until:
                break
            rebuild(number)
            built += 1
        return built
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def due_blocks(*, everything: bool) -> list[int]:
    """Numbers of the blocks to build: first those a list cannot be read from at all."""
    single: Counter[int] = Counter()
    due: set[int] = set()
    with connection.cursor() as cursor:
        _split_long_marks(cursor)
        cursor.execute("SELECT first_id, last_id FROM workers_listmark")
        for first, last in cursor.fetchall():
            if first == last:
                single[first >> BITS] += 1
            else:
                due.add(first >> BITS)
    due |= {number for number, count in single.items() if everything or count >= MANY_IN_BLOCK}
    left = sum(count for number, count in single.items() if number not in due)
    for number, count in single.most_common():
        if left <= MANY_IN_ALL:
            break
        if number not in due:
            due.add(number)
            left -= count
    return sorted(due)


def _split_long_marks(cursor: Any) -> None:  # noqa: ANN401 - a database cursor
    """One mark a block instead of marks over several, for blocks that have, or had, people."""
    cursor.execute(
        "WITH long AS (DELETE FROM workers_listmark WHERE first_id >> %(bits)s <> last_id >> %(bits)s RETURNING first_id, last_id),"
        " known AS (SELECT DISTINCT id >> %(bits)s AS number FROM workers_worker WHERE EXISTS (SELECT FROM long)"
        "   UNION SELECT number FROM workers_listblock)"
        " INSERT INTO workers_listmark (first_id, last_id) SELECT DISTINCT number << %(bits)s, ((number + 1) << %(bits)s) - 1"
        " FROM known JOIN long ON number BETWEEN first_id >> %(bits)s AND last_id >> %(bits)s",
        {"bits": BITS},
    )


@transaction.atomic
def rebuild(number: int) -> None:
    """Build a block as the register stands, and take its marks away; without people it goes.

    The marks go first: what was written beneath them is read after, what comes later leaves marks of its own.
    """
    first, last = number * SPAN, (number + 1) * SPAN - 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workers_listmark WHERE first_id >= %s AND last_id <= %s", [first, last])
    block = block_of(number)
    with connection.cursor() as cursor:
        if block is None:
            cursor.execute("DELETE FROM workers_listblock WHERE number = %s", [number])
            return
        cursor.execute(
            "INSERT INTO workers_listblock (number, version, data) VALUES (%s, %s, %s)"
            " ON CONFLICT (number) DO UPDATE SET version = excluded.version, data = excluded.data",
            [number, uuid.uuid4(), packed(block)],
        )


def block_of(number: int) -> Block | None:
    """The block as the register stands, None where it has nobody."""
    first = number * SPAN
    rows = list(
        Worker.objects.filter(id__gte=first, id__lt=first + SPAN).order_by("name_key", "id").values_list(*_COLUMNS)
    )
    if not rows:
        return None
    columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
    order = array("H", (worker_id - first for worker_id in columns["id"]))
    places, names = places_in(order), make_names(columns["name_key"])
    numbers = {name: make_numbers([as_number(value) for value in columns[name]]) for name in NUMBERS}
    for name, kind in PREFIXES.items():
        numbers[name] = make_numbers([None if text is None else prefix_number(text, kind) for text in columns[name]])
    numbers["household_size"] = make_numbers(_sizes(columns["household_id"]))
    return Block(
        number=number,
        size=len(rows),
        names=names,
        order=order,
        places=places,
        words={name: make_words(columns[name]) for name in WORDS},
        numbers=numbers,
        tags=_tags(first, places, len(rows)),
        facts={kind.name: _facts(kind, first, places, len(rows)) for kind in kinds_of_facts()},
        villages=tuple(sorted(set(columns["village_code"]))),
    )


def as_number(value: Any) -> int | None:  # noqa: ANN401 - a day, an amount or a code
    """A value as the bitmaps compare it: days as ordinals, yuan as cents, numbers and codes as they read."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.toordinal()
    return int(value * 100) if isinstance(value, Decimal) else int(value)


def _sizes(households: Iterable[int | None]) -> list[int | None]:
    """Of each person how many are registered in the household; None without one."""
    households = list(households)
    members = Worker.objects.filter(household__in={one for one in households if one is not None})
    sizes: dict[int | None, int] = dict(
        members.order_by().values("household").annotate(size=Count("pk")).values_list("household", "size")
    )
    return [sizes.get(one) for one in households]


def _tags(first: int, places: "array[int]", size: int) -> dict[str, Dated]:
    found: dict[str, list[Fact]] = defaultdict(list)
    rows = GroupMembership.objects.filter(worker_id__gte=first, worker_id__lt=first + SPAN)
    for worker_id, group, begins, ends in rows.values_list("worker_id", "group", "valid_from", "valid_to"):
        place = places[worker_id - first]
        # Of somebody registered after the people of the block were read: a mark stands for both.
        if place != NOWHERE:
            found[group].append(Fact(place, as_number(begins), as_number(ends)))
    return {group: make_dated(found[group], size, worth=GROUPS_WORTH) for group in sorted(found)}


def _facts(kind: Facts, first: int, places: "array[int]", size: int) -> Dated:
    found = []
    words = len(kind.shape.codes)
    ids = words + len(kind.shape.words)
    for worker_id, begins, ends, *columns in kind.read(first, first + SPAN):
        place = places[worker_id - first]
        if place != NOWHERE:
            found.append(
                Fact(place, as_number(begins), as_number(ends), columns[:words], columns[words:ids], columns[ids:])
            )
    return make_dated(found, size, kind.shape)
