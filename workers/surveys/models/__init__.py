"""Campaigns of the door-to-door survey and what came of them (domain.md §3.1)."""

from workers.surveys.models.campaigns import KIND, MOST_SAMPLE, Campaign
from workers.surveys.models.tasks import (
    AT_THE_DOOR,
    HANDED_IN,
    TO_VISIT,
    FormerTask,
    TaskState,
    VisitTask,
    VisitTaskQuerySet,
)
from workers.surveys.models.visits import CHANNEL, DoorVisit, Revisit, Survey, SurveyClash

__all__ = [
    "AT_THE_DOOR",
    "CHANNEL",
    "HANDED_IN",
    "KIND",
    "MOST_SAMPLE",
    "TO_VISIT",
    "Campaign",
    "DoorVisit",
    "FormerTask",
    "Revisit",
    "Survey",
    "SurveyClash",
    "TaskState",
    "VisitTask",
    "VisitTaskQuerySet",
]
