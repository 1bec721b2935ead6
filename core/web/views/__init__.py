"""The kit's own pages."""

from core.web.views.bulk import BulkEditList, BulkEditPage, CarryOut, TakeBack
from core.web.views.home import Home, Me
from core.web.views.pieces import Choices, RevealField, Search, offline, service_worker
from core.web.views.tasks import CancelTask, RunningJobs, TaskDetail, Tasks

__all__ = [
    "BulkEditList",
    "BulkEditPage",
    "CancelTask",
    "CarryOut",
    "Choices",
    "Home",
    "Me",
    "RevealField",
    "RunningJobs",
    "Search",
    "TakeBack",
    "TaskDetail",
    "Tasks",
    "offline",
    "service_worker",
]
