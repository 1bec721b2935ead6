"""Whom the people of a station, and of a partner area, have to do with (domain.md §2; design.md "Who may see what")."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.accounts.scope import register_reach
from dispatch.models import Passenger
from employment.models import Spell
from employment.queries import covering
from stations.areas import inside, service_areas
from stations.models import PlannedVisit, Station, Visit

UNDERWAY: Final = timedelta(days=30)
"""How long after its departure a vehicle bound for the station's area is still one the station receives."""


def of_stations(user: User) -> list[QuerySet[Any, Any]]:
    """Ids of the persons a station follows.

    Those it planned to ask or has asked, those who work in its service area now, those on their way there.
    """
    stations = Station.objects.filter(code__in=user.scope_stations)
    areas = service_areas(stations)
    now = timezone.now()
    bound = Q(destination_code="") & inside(areas, "trip__destination_code") | inside(areas, "destination_code")
    underway = Passenger.objects.filter(bound, at_post_on__isnull=True, trip__departs_at__gte=now - UNDERWAY)
    return [
        PlannedVisit.objects.filter(station__in=stations).values("worker_id"),
        Visit.objects.filter(station__in=stations).values("worker_id"),
        Spell.objects.filter(covering(timezone.localdate()), inside(areas, "place_code")).values("worker_id"),
        underway.values("worker_id"),
    ]


def of_destination(user: User) -> QuerySet[Any, Any]:
    """Ids of the persons who work in the partner's area now; without an area nobody."""
    here = Q(place_code__startswith=user.scope_division) if user.scope_division else Q(pk__in=())
    return Spell.objects.filter(here, covering(timezone.localdate())).values("worker_id")


register_reach(ScopeKind.STATIONS, "stations", of_stations)
register_reach(ScopeKind.DESTINATION, "spells", of_destination)
