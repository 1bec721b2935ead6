"""How follow-up visits come to the person kept when two registrations are merged; the plan is renewed with the spells."""

from django.utils.translation import gettext_noop

from core.pairs.moving import Child, fold, register_child
from stations.models import PlannedVisit, Visit

NAMES = (gettext_noop("回访"), gettext_noop("访企拓岗记录"))
"""What rows are called beside two registrations, said in the language of the page."""

register_child(Child(model=Visit, settle=fold("visited_on", "station_id", quiet=("client_ref",))))
register_child(Child(model=PlannedVisit, derived=True))
