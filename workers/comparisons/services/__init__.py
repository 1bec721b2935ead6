"""Verbs of the comparison bench: lists, the work on their differences, what is taken into the register."""

from workers.comparisons.services.accepting import Outcome, accept, undo_accept
from workers.comparisons.services.lists import create_comparison, withdraw
from workers.comparisons.services.work import hand_back, reject, reopen, settle_registered, take_on

__all__ = [
    "Outcome",
    "accept",
    "create_comparison",
    "hand_back",
    "reject",
    "reopen",
    "settle_registered",
    "take_on",
    "undo_accept",
    "withdraw",
]
