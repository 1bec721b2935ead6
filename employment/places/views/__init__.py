"""Pages of workplaces: which there are, whose review is due, what was decided, who is in post."""

from employment.places.views.lists import PlacementList, ReviewList, WorkplaceList
from employment.places.views.placements import EditPlacement, NewPlacement, WithdrawPlacement
from employment.places.views.workplaces import Decide, EditWorkplace, NewWorkplace, WorkplaceDetail

__all__ = [
    "Decide",
    "EditPlacement",
    "EditWorkplace",
    "NewPlacement",
    "NewWorkplace",
    "PlacementList",
    "ReviewList",
    "WithdrawPlacement",
    "WorkplaceDetail",
    "WorkplaceList",
]
