"""Pages of employment: job spells, 务工台账, employers, what the township has to find out."""

from employment.views.employers import EditEmployer, EmployerDetail, EmployerList, NewEmployer
from employment.views.work import EditJob, JobList, NewJob, SpellList, TaskList, WithdrawJob

__all__ = [
    "EditEmployer",
    "EditJob",
    "EmployerDetail",
    "EmployerList",
    "JobList",
    "NewEmployer",
    "NewJob",
    "SpellList",
    "TaskList",
    "WithdrawJob",
]
