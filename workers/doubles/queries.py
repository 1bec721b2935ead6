"""Who a former registration has become; what merges a person's file tells of."""

from core.accounts.models import User
from workers.doubles.models import WorkerAlias
from workers.doubles.services import PERSONS
from workers.models import Worker

current_id, current_ids = PERSONS.now, PERSONS.now_of


def person_numbered(user: User, id_number: str) -> int | None:
    """The id of the person with that ID number now or once, None outside the user's scope."""
    seen = Worker.objects.visible_to(user)
    found = seen.filter(id_number=id_number).values_list("pk", flat=True).first()
    if found is None:
        former = WorkerAlias.objects.visible_to(user).filter(id_number=id_number)
        found = former.values_list("worker_id", flat=True).first()
    return found
