"""Reading the division tree: names of codes, children, paths."""

from time import monotonic

from django.conf import settings
from django.db import connection

from core.arrays import array_of
from core.divisions.models import Division

PARENT_LENGTH = {12: 9, 9: 6, 6: 4, 4: 2}
MOST_NAMES = 40_000
"""Kept in memory at most."""
PROVINCE_LEVEL_CITIES = frozenset({"11", "12", "31", "50"})


def root_division() -> str:
    """The code of the area this installation serves (setting ROOT_DIVISION)."""
    return str(settings.ROOT_DIVISION)


def names_of(codes: set[str]) -> dict[str, str]:
    """Official names of the given codes; unknown codes are left out. One query, none where all names are in memory."""
    kept = _kept_names()
    found = {code: kept[code] for code in codes if code in kept}
    unknown = [code for code in codes if code and code not in found]
    if unknown:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT code, name FROM divisions_division WHERE code = ANY(%s::text[])", [array_of(unknown)]
            )
            asked = dict(cursor.fetchall())
        kept.update(asked)
        found |= asked
    return found


def forget_names() -> None:
    """Ask for every name anew: after names were written."""
    _kept.clear()


_kept: dict[int, dict[str, str]] = {}
"""The names of one stretch of time; they change with a list of divisions, about once a year."""


def _kept_names() -> dict[str, str]:
    """The names asked for lately: not longer than DIVISION_NAMES_KEPT (seconds), and not more than a province has."""
    seconds = settings.DIVISION_NAMES_KEPT
    if not seconds:
        return {}
    stretch = int(monotonic() // seconds)
    names = _kept.get(stretch)
    if names is None or len(names) > MOST_NAMES:
        _kept.clear()
        names = _kept[stretch] = {}
    return names


def paths_of(codes: set[str], *, above: str = "") -> dict[str, str]:
    """Readable paths ("古达乡 大寨村") of the given codes, without the ancestors that are a prefix of ``above``."""
    wanted = {code[:n] for code in codes for n in (2, 4, 6, 9, 12) if len(code) >= n}
    names = names_of(wanted)
    paths = {}
    for code in codes:
        parts = [
            names[code[:n]]
            for n in (2, 4, 6, 9, 12)
            if n <= len(code) and code[:n] in names and not above.startswith(code[:n])
        ]
        # 东莞市 is a city and its only county.
        paths[code] = " ".join(dict.fromkeys(part for part in parts if part not in {"市辖区", "县"}))
    return paths


def children_of(prefix: str) -> list[tuple[str, str]]:
    """(code, name) of the next level below ``prefix``, in code order.

    A prefecture without counties lists its townships.
    """
    length = {0: 2, 2: 4, 4: 6, 6: 9, 9: 12}.get(len(prefix))
    if length is None:
        return []
    found = Division.objects.within(prefix).in_force().filter(code__length=length)
    return list(found.order_by("code").values_list("code", "name"))


def villages_of(prefix: str) -> list[tuple[str, str]]:
    """(code, name) of every village in force below ``prefix``, in code order."""
    found = Division.objects.within(prefix).in_force().filter(level=Division.Level.VILLAGE)
    return list(found.order_by("code").values_list("code", "name"))
