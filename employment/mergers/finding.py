"""Looking for employers that may be one: the same name but for place and form, at places that agree, or the same phone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Length

from core.divisions.models import Division
from core.pairs.queue import gather, hold_queue, renew_queue
from employment.mergers.names import normal_name, place_words
from employment.mergers.services import EMPLOYERS, two_firms
from employment.models import Employer, EmployerPair

LOOKED_BACK: Final = 20
"""How many of the same name or phone are looked at for each: thousands may share a phone of an agency."""
Reason = EmployerPair.Reason
WEIGHTS: Final[dict[str, int]] = {Reason.NAME: 80, Reason.PHONE: 60}
ALIKE: Final = """
SELECT * FROM unnest(%(ones)s::bigint[], %(others)s::bigint[], %(reasons)s::text[], %(weights)s::int[])
  AS found (one, other, reason, weight)
"""


class Firm(NamedTuple):
    """What two registrations are compared by."""

    pk: int
    name: str
    place: str
    phone: str
    code: str | None


def find_pairs() -> int:
    """Look for pairs among all employers; how many stand found. Pairs nobody has decided come and go, decided ones stay.

    As many queries however many employers there are.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        hold_queue(cursor, EMPLOYERS)
        firms = [
            Firm(*row)
            for row in Employer.objects.order_by("pk").values_list("pk", "name", "place_code", "phone", "credit_code")
        ]
        found = pairs_among(firms, _places())
        told = [(*pair, reason, WEIGHTS[reason]) for pair, reasons in found.items() for reason in reasons]
        columns = [list(column) for column in zip(*told, strict=True)] or [[]] * 4
        gather(cursor, ALIKE, **dict(zip(("ones", "others", "reasons", "weights"), columns, strict=True)))
        return renew_queue(cursor, EMPLOYERS)


def pairs_among(firms: Iterable[Firm], places: frozenset[str]) -> dict[tuple[int, int], list[str]]:
    """(lower id, higher id) → why the two may be one. Of many alike each is paired with one before it."""
    alike: dict[tuple[str, str], list[Firm]] = defaultdict(list)
    for firm in firms:
        alike[Reason.NAME, normal_name(firm.name, places)].append(firm)
        if firm.phone:
            alike[Reason.PHONE, firm.phone].append(firm)
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for (reason, _what), group in alike.items():
        for one, two in _neighbours(group, reason):
            found[min(one.pk, two.pk), max(one.pk, two.pk)].append(reason)
    return dict(found)


def _neighbours(group: list[Firm], reason: str) -> Iterator[tuple[Firm, Firm]]:
    """Each with the nearest before it that may be the same: in order of places, so that a county follows its prefecture."""
    ordered = sorted(group, key=lambda firm: (firm.place, firm.pk))
    for at, firm in enumerate(ordered):
        for other in reversed(ordered[max(0, at - LOOKED_BACK) : at]):
            if not two_firms(other.code, firm.code) and (reason == Reason.PHONE or _agree(other.place, firm.place)):
                yield other, firm
                break


def _agree(one: str, other: str) -> bool:
    """One is unknown or lies in the other; two counties of a prefecture are two places, for their names were left out."""
    return one.startswith(other) or other.startswith(one)


def _places() -> frozenset[str]:
    divisions = Division.objects.annotate(digits=Length("code")).filter(digits__lte=6, effective_to__isnull=True)
    return place_words(divisions.values_list("name", flat=True))
