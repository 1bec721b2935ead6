"""Looking for employers that may be one: the same name but for place and form, at places that agree, or the same phone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db.models.functions import Length

from core.divisions.models import Division
from core.formats.credit_code import credit_code_notice
from employment.mergers.names import normal_name, place_words
from employment.models import Employer, EmployerPair

LOOKED_BACK: Final = 20
"""How many of the same name or phone are looked at for each: thousands may share a phone of an agency."""
Reason = EmployerPair.Reason


class Firm(NamedTuple):
    """What two registrations are compared by."""

    pk: int
    name: str
    place: str
    phone: str
    code: str | None


def find_pairs() -> int:
    """Put pairs nobody has judged into the queue, drop open ones that are no pair any more; returns how many wait.

    Two reads and two writes, however many employers there are.
    """
    firms = [
        Firm(*row)
        for row in Employer.objects.order_by("pk").values_list("pk", "name", "place_code", "phone", "credit_code")
    ]
    found = pairs_among(firms, _places())
    told = EmployerPair.objects.filter(reasons__contains=[Reason.TOLD]).values_list("first_id", "second_id")
    standing = {firm.pk for firm in firms}
    wanted = found.keys() | {pair for pair in told if standing.issuperset(pair)}
    stale = [
        row.pk for row in EmployerPair.objects.filter(state=EmployerPair.State.OPEN)
        if (row.first_id, row.second_id) not in wanted
    ]  # fmt: skip
    EmployerPair.objects.filter(pk__in=stale).delete()
    rows = [EmployerPair(first_id=one, second_id=two, reasons=reasons) for (one, two), reasons in sorted(found.items())]
    EmployerPair.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5_000)
    return EmployerPair.objects.filter(state=EmployerPair.State.OPEN).count()


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


def two_firms(one: str | None, other: str | None) -> bool:
    """Whether both codes are well-formed and different: no mistake of writing makes one of the other."""
    return bool(one and other and one != other and not credit_code_notice(one) and not credit_code_notice(other))


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
