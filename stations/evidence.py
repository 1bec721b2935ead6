"""Follow-up visits as evidence of work (formats.md §1.4 rule 3)."""

from collections.abc import Iterator, Sequence

from django.db import connection

from employment.evidence import register_source
from employment.spells import Evidence, Visit, VisitStatus

VISITS = """
SELECT v.worker_id, v.visited_on, v.status, v.employer_id, coalesce(e.name, ''), v.wage, coalesce(s.code, ''), v.id, v.contract, v.insured
FROM stations_visit v LEFT JOIN stations_station s ON s.id = v.station_id LEFT JOIN employment_employer e ON e.id = v.employer_id
WHERE v.worker_id = ANY (%s)
"""


def visits(worker_ids: Sequence[int]) -> Iterator[tuple[int, Evidence]]:
    """Every visit, the unreachable ones too: the derivation knows what to make of them."""
    with connection.cursor() as cursor:
        cursor.execute(VISITS, [list(worker_ids)])
        for (
            worker_id,
            day,
            status,
            employer_id,
            employer,
            wage,
            station,
            visit_id,
            contract,
            insured,
        ) in cursor.fetchall():
            yield (
                worker_id,
                Visit(day, VisitStatus(status), employer_id, employer, wage, station, visit_id, contract, insured),
            )


register_source("visits", visits)
