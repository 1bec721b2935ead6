"""When two pieces of evidence speak of the same place of work."""

from employment.spells.evidence import EmployerKey, Place

PREFECTURE = 4  # digits of a prefecture's code (domain.md §6.3)


def same_place(one: Place, other: Place) -> bool:
    """Whether two division paths count as one place for a 到岗 (formats.md §1.4 rule 2).

    They do where one is unknown, one lies inside the other, or both lie in one prefecture.
    """
    if not one or not other or one.startswith(other) or other.startswith(one):
        return True
    return one[:PREFECTURE] == other[:PREFECTURE]


def same_employer(one: EmployerKey, other: EmployerKey) -> bool:
    """Whether both name the same employer; an unknown employer is nobody's."""
    return one is not None and one == other
