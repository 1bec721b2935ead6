"""Pages of organisers: which there are, whom each took out, registering one and writing down whom it took."""

from employment.organisers.views.lists import OrganiserList
from employment.organisers.views.organisers import EditOrganiser, NewOrganiser, NewTaken, OrganiserDetail

__all__ = ["EditOrganiser", "NewOrganiser", "NewTaken", "OrganiserDetail", "OrganiserList"]
