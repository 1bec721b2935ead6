"""Pages of the door-to-door survey."""

from workers.surveys.views.campaigns import (
    AddHouseholds,
    Assign,
    CampaignDetail,
    CampaignList,
    CloseCampaign,
    NewCampaign,
    ReopenCampaign,
)
from workers.surveys.views.pack import Pack, PackWorkbook
from workers.surveys.views.phone import Clashes, DoorPage, MyDoors, SettleClash, SubmitDoors, WithdrawVisit
from workers.surveys.views.tasks import (
    AcceptTask,
    CheckTask,
    LookAtHeld,
    RecordRevisit,
    ReturnTask,
    TaskDetail,
    TaskList,
)

__all__ = [
    "AcceptTask",
    "AddHouseholds",
    "Assign",
    "CampaignDetail",
    "CampaignList",
    "CheckTask",
    "Clashes",
    "CloseCampaign",
    "DoorPage",
    "LookAtHeld",
    "MyDoors",
    "NewCampaign",
    "Pack",
    "PackWorkbook",
    "RecordRevisit",
    "ReopenCampaign",
    "ReturnTask",
    "SettleClash",
    "SubmitDoors",
    "TaskDetail",
    "TaskList",
    "WithdrawVisit",
]
