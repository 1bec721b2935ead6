"""Who a former registration has become; what merges a person's file tells of."""

from collections.abc import Iterable

from core.accounts.models import User
from workers.doubles.models import WorkerAlias
from workers.models import Worker


def current_id(worker_id: int) -> int:
    """The id under which a person stands now: that of the registration kept when this one was merged."""
    found = WorkerAlias.objects.filter(former_id=worker_id).values_list("worker_id", flat=True).first()
    return worker_id if found is None else found


def current_ids(worker_ids: Iterable[int]) -> dict[int, int]:
    """The same for many: former id → id now, of those that were merged. One query."""
    wanted = list(worker_ids)
    return dict(WorkerAlias.objects.filter(former_id__in=wanted).values_list("former_id", "worker_id"))


def person_numbered(user: User, id_number: str) -> int | None:
    """The id of the person with that ID number now or once, None outside the user's scope."""
    seen = Worker.objects.visible_to(user)
    found = seen.filter(id_number=id_number).values_list("pk", flat=True).first()
    if found is None:
        former = WorkerAlias.objects.visible_to(user).filter(id_number=id_number)
        found = former.values_list("worker_id", flat=True).first()
    return found
