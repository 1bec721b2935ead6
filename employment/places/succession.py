"""Posts of one person at one workplace follow each other: one without a written end ends where the next begins.

What is stored is the end that holds, and whether it was written (``succeeded`` is false) or follows from the next post:
so the order in which posts are told does not matter, and the database can refuse days that overlap.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

CONSTRAINT: Final = "placement_no_overlap"

SETTLE: Final = """
UPDATE employment_placement t SET end_on = n.next, succeeded = n.next IS NOT NULL, updated_at = now()
FROM (
  SELECT p.id, lead(p.start_on) OVER (PARTITION BY p.workplace_id, p.worker_id ORDER BY p.start_on) AS next
  FROM employment_placement p WHERE p.worker_id = ANY(%s)
) n
WHERE t.id = n.id AND (t.end_on IS NULL OR t.succeeded) AND t.end_on IS DISTINCT FROM n.next
"""


class Post(NamedTuple):
    """Days in post: [start, end), ``end`` None where none is written; ``seq`` names the row of a sheet that says so."""

    start: date
    end: date | None
    seq: int | None = None

    def meets(self, other: "Post") -> bool:
        """Whether the later one begins before the written end of the earlier; one without gives way to the next."""
        first, second = sorted((self, other), key=lambda post: post.start)
        return first.start == second.start or (first.end is not None and second.start < first.end)


def met_by(post: Post, others: Iterable[Post]) -> Post | None:
    """The first of the others whose days the post meets, None where it fits."""
    return next((other for other in others if post.meets(other)), None)


@contextmanager
def settled(worker_ids: Sequence[int]) -> Iterator[None]:
    """Write posts of these persons inside; afterwards their ends follow from each other and no two overlap.

    Raises ``IntegrityError`` at the end where written days do.
    """
    with connection.cursor() as cursor:
        defer(cursor)
        yield
        settle(cursor, worker_ids)


def defer(cursor: CursorWrapper) -> None:
    """From here on posts may overlap until ``settle``."""
    cursor.execute(f"SET CONSTRAINTS {CONSTRAINT} DEFERRED")


def settle(cursor: CursorWrapper, worker_ids: Sequence[int]) -> None:
    """Let the posts of these persons end where the next ones begin, and see that none overlap."""
    cursor.execute(SETTLE, [list(worker_ids)])
    cursor.execute(f"SET CONSTRAINTS {CONSTRAINT} IMMEDIATE")
