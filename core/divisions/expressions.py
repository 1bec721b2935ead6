"""Names of divisions as part of a query that has their codes."""

from django.db.models import CharField, F, Func
from django.db.models.functions import Substr


class NameOf(Func):
    """The official name of the division whose code an expression or a field holds, "" for a code nobody knows."""

    template = "coalesce((SELECT d.name FROM divisions_division d WHERE d.code = %(expressions)s), '')"
    arity = 1
    output_field = CharField()


def name_above(field: str, length: int) -> NameOf:
    """The name of the division of that code length in which the one of the field lies."""
    return NameOf(Substr(F(field), 1, length))
