"""Filters of the queue of employers that may be one."""

from core.pairs.filters import PairFilter
from employment.mergers.services import EMPLOYERS


class EmployerPairFilter(PairFilter):
    """Which pairs."""

    register = EMPLOYERS
