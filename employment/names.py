"""How names of employers are compared: brackets of either width are one, blanks are none."""

from typing import Final

from django.db.models import Func, TextField

_FROM: Final = "（） \u3000"
_TO: Final = "()"
_SPOKEN: Final = {ord(sign): _TO[at] if at < len(_TO) else None for at, sign in enumerate(_FROM)}


def bare(name: str) -> str:
    """The name as it is compared; stored and shown it stays as it was written."""
    return name.translate(_SPOKEN)


def bare_sql(name: str) -> str:
    """``bare`` as SQL: the indexes ``employer_by_bare_name`` and ``employer_alias_by_bare_name`` answer for a column."""
    return f"translate({name}, '{_FROM}', '{_TO}')"


class Bare(Func):
    """``bare`` of a column, as those indexes have it."""

    function = "TRANSLATE"
    template = bare_sql("%(expressions)s")
    arity = 1
    output_field = TextField()
