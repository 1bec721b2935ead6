"""How follow-up visits come to the person kept when two registrations are merged; the plan is renewed with the spells."""

from core.pairs.moving import Child, fold, register_child
from stations.models import PlannedVisit, Visit

register_child(Child(model=Visit, settle=fold("visited_on", "station_id", quiet=("client_ref",))))
register_child(Child(model=PlannedVisit, derived=True))
