"""Reading the division tree: names of codes, children, paths."""

from functools import lru_cache

from django.conf import settings
from django.db import connection

from core.arrays import array_of
from core.divisions.models import Division

PARENT_LENGTH = {12: 9, 9: 6, 6: 4, 4: 2}
PROVINCE_LEVEL_CITIES = frozenset({"11", "12", "31", "50"})


def root_division() -> str:
    """The code of the area this installation serves (setting ROOT_DIVISION)."""
    return str(settings.ROOT_DIVISION)


def names_of(codes: set[str]) -> dict[str, str]:
    """Official names of the given codes; unknown codes are left out. One query."""
    codes = {code for code in codes if code}
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name FROM divisions_division WHERE code = ANY(%s::text[])", [array_of(codes)])
        return dict(cursor.fetchall())


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


@lru_cache(maxsize=4096)
def township_name(code: str) -> str:
    """Name of the township a village or township code lies in, "" when unknown (kept in memory.

    Names change by load_divisions only).
    """
    return names_of({code[:9]}).get(code[:9], "")
