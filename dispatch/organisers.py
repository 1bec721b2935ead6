"""Vehicles whose 组织单位 bears the name of a registered organiser are that one's (docs/organisers.md)."""

from collections.abc import Iterable, Sequence

from django.db import connection

from dispatch.models import Trip

NAMESAKES = """
LEFT JOIN (SELECT name, min(id) AS id FROM employment_organiser GROUP BY name HAVING count(*) = 1) o ON o.name = x.organiser
"""
LINK = f"""
UPDATE dispatch_trip t SET organised_by_id = o.id, updated_at = now() FROM dispatch_trip x {NAMESAKES}
WHERE x.id = t.id AND x.id = ANY (%s) AND t.organised_by_id IS DISTINCT FROM o.id
"""


def follow_names(trip_ids: Iterable[int]) -> None:
    """Let vehicles be whose name they bear now; a name that none or several organisers bear is nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(LINK, [list(trip_ids)])


def claim(names: Sequence[str]) -> None:
    """Give organisers that were just registered the vehicles under their names that are nobody's yet."""
    waiting = Trip.objects.filter(organised_by__isnull=True, organiser__in=names)
    follow_names(waiting.values_list("pk", flat=True))
