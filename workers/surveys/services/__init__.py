"""Acts of the door-to-door survey (domain.md §3.1)."""

from workers.surveys.services.campaigns import (
    CampaignFacts,
    add_households,
    assign,
    close_campaign,
    open_campaign,
    reopen_campaign,
)
from workers.surveys.services.checking import accept_tasks, look_at_held, return_tasks, take_over
from workers.surveys.services.doors import DoorFacts, NewPerson, Recorded, record_visit, settle, submit
from workers.surveys.services.revisits import RevisitFacts, record_revisit
from workers.surveys.services.told import PersonAnswers
from workers.surveys.services.withdrawing import withdraw_visit, withdrawable

__all__ = [
    "CampaignFacts",
    "DoorFacts",
    "NewPerson",
    "PersonAnswers",
    "Recorded",
    "RevisitFacts",
    "accept_tasks",
    "add_households",
    "assign",
    "close_campaign",
    "look_at_held",
    "open_campaign",
    "record_revisit",
    "record_visit",
    "reopen_campaign",
    "return_tasks",
    "settle",
    "submit",
    "take_over",
    "withdraw_visit",
    "withdrawable",
]
