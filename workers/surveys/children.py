"""How tasks and answers of the door-to-door survey come to the person kept when two registrations are merged."""

from typing import Final

from django.utils.translation import gettext_noop

from core.pairs.moving import Child, Move, fold, register_child, register_renewal
from workers.models import Worker
from workers.surveys.leaving import follow_home
from workers.surveys.models import Survey, VisitTask

NAMES: Final = (gettext_noop("入户任务"), gettext_noop("调查表"))
"""What rows are called beside two registrations, said in the language of the page."""
TASKS: Final = (
    "SELECT g.id, k.id, g.campaign_id, g.household_id FROM surveys_visittask g JOIN surveys_visittask k USING (campaign_id)"
    " WHERE g.contact_id = %(merged)s AND k.contact_id = %(kept)s ORDER BY g.id"
)
HOUSEMATE: Final = (
    "SELECT w.id FROM workers_worker w WHERE w.household_id = %(household)s AND w.id NOT IN (%(kept)s, %(merged)s)"
    " AND NOT EXISTS (SELECT FROM surveys_visittask t WHERE t.campaign_id = %(campaign)s AND t.contact_id = w.id)"
    " ORDER BY w.id LIMIT 1"
)
SHEETS: Final = (
    "SELECT g.id, k.id, g.visited_on > k.visited_on AND t.state <> ALL (%(filed)s) FROM surveys_survey g"
    " JOIN surveys_survey k ON k.task_id = %(to)s AND k.worker_id IN (%(kept)s, g.worker_id)"
    " JOIN surveys_visittask t ON t.id = k.task_id"
    " WHERE g.task_id = %(gone)s AND (g.worker_id = k.worker_id OR g.worker_id = %(merged)s)"
)
"""Two sheets of one person, and whether the one that comes is the later (domain.md §3.1: the last visit wins)."""
FILED: Final = ("town_checked", "accepted")
"""States after which no answer goes into a file any more."""
UNVISITED: Final = ("assigned", "absent", "returned")
HANDED_IN: Final = ("submitted", *FILED)
JOINED: Final = """
WITH doors AS (
  SELECT g.*, k.visited_on IS NULL AND k.state = ANY (%(unvisited)s) AND (
      g.visited_on IS NOT NULL AND g.state <> 'moved'
      OR g.state = 'absent' AND k.state = 'assigned' OR g.state <> 'assigned' AND NOT others) AS goes_on,
    CASE WHEN others AND g.state = ANY (%(handed_in)s) THEN 'visited' ELSE g.state END AS reached, others
  FROM surveys_visittask g JOIN surveys_visittask k ON k.id = %(to)s CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM workers_worker w
    WHERE w.household_id = k.household_id AND w.id NOT IN (%(kept)s, %(merged)s)) AS others) o WHERE g.id = %(gone)s
)
UPDATE surveys_visittask k SET (state, channel, reason, checked_by_id, visited_on, misses, missed_on, surveyor_id, assigned_on, sampled,
    updated_at) = ROW(
  CASE WHEN goes_on THEN reached ELSE k.state END, CASE WHEN goes_on THEN g.channel ELSE k.channel END,
  CASE WHEN goes_on THEN g.reason ELSE k.reason END, CASE WHEN goes_on AND NOT others THEN g.checked_by_id ELSE k.checked_by_id END,
  least(k.visited_on, g.visited_on), greatest(k.misses, g.misses), greatest(k.missed_on, g.missed_on),
  coalesce(k.surveyor_id, g.surveyor_id), CASE WHEN k.surveyor_id IS NULL THEN g.assigned_on ELSE k.assigned_on END,
  k.sampled OR g.sampled, now())
FROM doors g WHERE k.id = %(to)s
"""
"""What was done at the door that goes counts for the one that stays, where nobody was met there yet. It is handed in only
where nobody else lives: the others nobody asked."""
HANGING: Final = ("surveys_doorvisit", "surveys_survey", "surveys_formertask")


def settle_tasks(move: Move, child: Child) -> None:
    """One person answers the door of one household: of the other somebody else does, or both doors were one."""
    for gone, to, campaign, household in move.run(TASKS):
        mates = move.run(HOUSEMATE, household=household, campaign=campaign)
        if mates:
            move.run(
                "UPDATE surveys_visittask SET contact_id = %(mate)s, updated_at = now() WHERE id = %(gone)s",
                mate=mates[0][0],
                gone=gone,
            )
            move.say(child, "另一户的联系人改为同户的其他人。")
            continue
        _fold_task(move, gone=gone, to=to)
        move.say(child, "两份档案各有一项入户任务，合为一项。")


def _fold_task(move: Move, *, gone: int, to: int) -> None:
    """The visits of both doors are those of the one that stays; the number of the other leads to it."""
    tasks = {"gone": gone, "to": to}
    move.run(JOINED, **tasks, unvisited=list(UNVISITED), handed_in=list(HANDED_IN))
    move.run(
        "DELETE FROM surveys_revisit r WHERE r.task_id = %(gone)s"
        " AND EXISTS (SELECT FROM surveys_revisit o WHERE o.task_id = %(to)s)",
        **tasks,
    )
    move.run("UPDATE surveys_revisit SET task_id = %(to)s, updated_at = now() WHERE task_id = %(gone)s", **tasks)
    for coming, there, later in move.run(SHEETS, **tasks, filed=list(FILED)):
        sheet = {"sheet": there if later else coming}
        move.run("DELETE FROM surveys_surveyclash WHERE survey_id = %(sheet)s", **sheet)
        move.run("DELETE FROM surveys_survey WHERE id = %(sheet)s", **sheet)
    for table in HANGING:
        move.run(f"UPDATE {table} SET task_id = %(to)s, updated_at = now() WHERE task_id = %(gone)s", **tasks)
    move.run(
        "INSERT INTO surveys_formertask (ref, task_id, surveyor_id) SELECT ref, %(to)s, surveyor_id FROM surveys_visittask"
        " WHERE id = %(gone)s",
        **tasks,
    )
    move.run("DELETE FROM surveys_visittask WHERE id = %(gone)s", **tasks)


def settle_answers(move: Move, child: Child) -> None:
    """Two sheets of one person in one task: the kept person's stands; what had to be chosen for the other one goes with it."""
    move.run(
        "DELETE FROM surveys_surveyclash c USING surveys_survey g, surveys_survey k WHERE c.survey_id = g.id"
        " AND g.worker_id = %(merged)s AND k.worker_id = %(kept)s AND k.task_id = g.task_id"
    )
    fold("task_id")(move, child)


register_child(Child(model=VisitTask, column="contact_id", settle=settle_tasks))
register_child(Child(model=Survey, settle=settle_answers))
register_renewal(Worker, "survey tasks", follow_home)
