"""People who left a household while its door is being visited: who stays to be asked for, whom a kept page may speak of."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection

from core.accounts.models import User
from workers.doubles.queries import current_ids
from workers.models import Worker
from workers.surveys.answers import row_at
from workers.surveys.models import AT_THE_DOOR, VisitTask

_MOVED_HOME: Final = """
UPDATE surveys_visittask t SET (household_id, village_code, group_name, surveyor_id, assigned_on, updated_at) = ROW(
  w.household_id, w.village_code, coalesce(nullif(h.group_name, ''), w.group_name, ''),
  CASE WHEN t.village_code = w.village_code THEN t.surveyor_id END,
  CASE WHEN t.village_code = w.village_code THEN t.assigned_on END, now())
FROM workers_worker w LEFT JOIN workers_household h ON h.id = w.household_id, surveys_campaign c
WHERE t.contact_id = w.id AND w.id = ANY (%s) AND t.state = ANY (%s) AND c.id = t.campaign_id AND c.state = 'open'
  AND (t.household_id <> w.household_id OR t.village_code <> w.village_code)
  AND NOT EXISTS (SELECT FROM workers_worker o WHERE o.household_id = t.household_id AND o.village_code = t.village_code)
  AND NOT EXISTS (SELECT FROM surveys_visittask o WHERE o.campaign_id = t.campaign_id AND o.household_id = w.household_id AND o.id <> t.id)
"""
_STAYING: Final = """
SELECT DISTINCT ON (t.id) t.id, o.id FROM surveys_visittask t JOIN surveys_campaign c ON c.id = t.campaign_id AND c.state = 'open'
JOIN workers_worker w ON w.id = t.contact_id AND w.village_code <> t.village_code
JOIN workers_household h ON h.id = t.household_id
JOIN workers_worker o ON o.household_id = t.household_id AND o.village_code = t.village_code
WHERE t.state = ANY (%(states)s) AND (%(task)s::bigint IS NULL OR t.id = %(task)s) AND (%(campaign)s::bigint IS NULL OR c.id = %(campaign)s)
  AND NOT EXISTS (SELECT FROM surveys_visittask k WHERE k.campaign_id = t.campaign_id AND k.contact_id = o.id)
ORDER BY t.id, o.name = h.head_name DESC, o.id
"""
_STAYS: Final = (
    "UPDATE surveys_visittask t SET contact_id = s.contact, updated_at = now()"
    " FROM unnest(%s::bigint[], %s::bigint[]) AS s(task, contact) WHERE t.id = s.task"
)


def staying(*, task: int | None = None, campaign: int | None = None) -> dict[int, int]:
    """Doors still to visit whose contact was moved to another village while others stayed: task → who is asked for now."""
    with connection.cursor() as cursor:
        cursor.execute(_STAYING, {"task": task, "campaign": campaign, "states": [str(state) for state in AT_THE_DOOR]})
        return dict(cursor.fetchall())


def ask_who_stayed(campaign: int) -> None:
    """Make them the contacts: where the contact is registered decides who sees a door."""
    with connection.cursor() as cursor:
        # As where tasks are made: with an old memory of the tables PostgreSQL would read everybody anew for each door.
        cursor.execute("SET LOCAL enable_nestloop = off")
        found = staying(campaign=campaign)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        if found:
            cursor.execute(_STAYS, [list(found), list(found.values())])


def follow_home(worker_ids: Sequence[int], states: Sequence[str] = AT_THE_DOOR) -> None:
    """A door still to visit at which nobody lives any more, because its people are registered elsewhere, is where they are.

    In another village it waits to be given out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVED_HOME, [list(worker_ids), [str(state) for state in states]])


def spoken_of(task: VisitTask, user: User, versions: Mapping[int, int]) -> dict[int, Worker]:
    """People out of the user's sight of whom a kept page speaks: id on the page → the person now.

    ``versions`` says which version of each person's file the page showed (``answers.versions_of``). Only those who live in
    the task's household, or did in that version: nobody is written about by who has only guessed an id.
    """
    now = {**{pk: pk for pk in versions}, **current_ids(versions)}
    people = Worker.objects.in_bulk(set(now.values()))
    seen = set(Worker.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))
    found = {pk: people[one] for pk, one in now.items() if one in people and one not in seen}
    return {pk: worker for pk, worker in found.items() if _lived_there(task, pk, worker, versions[pk])}


def _lived_there(task: VisitTask, shown: int, worker: Worker, version: int) -> bool:
    if worker.pk == task.contact_id:
        return True
    homes = {worker.household_id, row_at(shown, version).get("household_id")}
    return task.household_id is not None and task.household_id in homes
