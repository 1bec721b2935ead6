"""What the database refuses because somebody else was faster, in a sentence for people.

Services look before they write; between the look and the writing another person may have written. Then a constraint
speaks, or PostgreSQL breaks a ring of writers who wait for each other; whoever was slower learns it from here instead
of from an error page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db.utils import DatabaseError, IntegrityError

from core.errors import Conflict

FASTER = "刚才有人改动了相关的记录，请刷新后再试。"
TOGETHER = "刚才有人同时在改动相关的记录，这次没有保存，请再试一次。"
RINGS = frozenset({"40P01", "40001", "55P03"})
"""PostgreSQL's codes of a broken ring of writers, of transactions that fit in no order, of a lock not had in time."""


class Overtaken(Conflict):
    """Nothing is wrong with the act: others wrote the same rows at the same moment. Done again it may well be let in."""


def collision(error: DatabaseError) -> Conflict | None:
    """The conflict behind a refusal of the database: the constraint's own sentence where it has one.

    ``None`` for what is no refusal: a server that went away, a statement it cannot read.
    """
    if isinstance(error, IntegrityError):
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return Conflict("collision", _sentences().get(name or "", FASTER))
    if getattr(error.__cause__, "pgcode", None) in RINGS:
        return Overtaken("overtaken", TOGETHER)
    return None


@contextmanager
def collisions_told(among: type[DatabaseError] = DatabaseError) -> Iterator[None]:
    """Raise the ``Conflict`` instead of the database's refusal, of the errors ``among`` only; anything else as it came.

    Stands outside the transaction, whose end may be what is refused.
    """
    try:
        yield
    except among as error:
        told = collision(error)
        if told is None:
            raise
        raise told from error


def _sentences() -> dict[str, str]:
    """Constraint → the sentence its model gives it."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 - Django's documented model API
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
