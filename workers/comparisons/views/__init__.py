"""Pages of the comparison bench."""

from workers.comparisons.views.lists import (
    ComparisonDetail,
    ComparisonList,
    NewComparison,
    Registered,
    UndoAccept,
    Withdraw,
)
from workers.comparisons.views.worklist import RegisterUnknown, WorkList

__all__ = [
    "ComparisonDetail",
    "ComparisonList",
    "NewComparison",
    "RegisterUnknown",
    "Registered",
    "UndoAccept",
    "Withdraw",
    "WorkList",
]
