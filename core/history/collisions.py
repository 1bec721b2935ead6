"""What the database refuses because somebody else was faster, in a sentence for people.

Services look before they write; between the look and the writing another person may have written. Then a constraint
speaks, and whoever was slower learns it from here instead of from an error page.
"""

from django.apps import apps
from django.db.utils import IntegrityError

from core.errors import Conflict

FASTER = "刚才有人改动了相关的记录，请刷新后再试。"


def collision(error: IntegrityError) -> Conflict:
    """The conflict behind a refusal of the database: the constraint's own sentence where it has one."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return Conflict("collision", _sentences().get(name or "", FASTER))


def _sentences() -> dict[str, str]:
    """Constraint → the sentence its model gives it."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 - Django's documented model API
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
