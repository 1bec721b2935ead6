"""How tasks and answers of the door-to-door survey come to the person kept when two registrations are merged."""

from core.pairs.moving import Child, Move, fold, register_child
from workers.surveys.models import Survey, VisitTask

TASKS = (
    "SELECT g.id, k.id, g.campaign_id, g.household_id FROM surveys_visittask g JOIN surveys_visittask k USING (campaign_id)"
    " WHERE g.contact_id = %(merged)s AND k.contact_id = %(kept)s ORDER BY g.id"
)
HOUSEMATE = (
    "SELECT w.id FROM workers_worker w WHERE w.household_id = %(household)s AND w.id NOT IN (%(kept)s, %(merged)s)"
    " AND NOT EXISTS (SELECT FROM surveys_visittask t WHERE t.campaign_id = %(campaign)s AND t.contact_id = w.id)"
    " ORDER BY w.id LIMIT 1"
)
TWICE = (
    "SELECT g.id FROM surveys_survey g JOIN surveys_survey k ON k.task_id = %(to)s AND k.worker_id IN (%(kept)s, g.worker_id)"
    " WHERE g.task_id = %(gone)s AND (g.worker_id = k.worker_id OR g.worker_id = %(merged)s)"
)


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
    tasks = {"gone": gone, "to": to}
    move.run("UPDATE surveys_doorvisit SET task_id = %(to)s, updated_at = now() WHERE task_id = %(gone)s", **tasks)
    move.run(
        "DELETE FROM surveys_revisit r WHERE r.task_id = %(gone)s"
        " AND EXISTS (SELECT FROM surveys_revisit o WHERE o.task_id = %(to)s)",
        **tasks,
    )
    move.run("UPDATE surveys_revisit SET task_id = %(to)s, updated_at = now() WHERE task_id = %(gone)s", **tasks)
    move.run(f"DELETE FROM surveys_surveyclash WHERE survey_id IN ({TWICE})", **tasks)
    move.run(f"DELETE FROM surveys_survey WHERE id IN ({TWICE})", **tasks)
    move.run("UPDATE surveys_survey SET task_id = %(to)s, updated_at = now() WHERE task_id = %(gone)s", **tasks)
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
