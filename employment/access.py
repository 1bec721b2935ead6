"""What every act of employment asks before it writes: whether the user may, and the person, locked."""

from core.accounts.models import User
from core.errors import NotAllowed, NotFound
from workers.models import Worker


def may_edit(user: User) -> None:
    """Raise ``NotAllowed`` unless the user keeps the county's work up to date."""
    if not user.can("employment.edit"):
        raise NotAllowed("forbidden", "您没有维护就业信息的权限。")


def locked_worker(user: User, worker_id: int) -> Worker:
    """The person, locked before any of their rows is judged: two clerks cannot both pass the check.

    Raises ``NotFound`` for somebody outside the user's scope.
    """
    seen = Worker.objects.visible_to(user).filter(pk=worker_id).exists()
    worker = Worker.objects.select_for_update(no_key=True).filter(pk=worker_id).first() if seen else None
    if worker is None:
        raise NotFound("worker", "没有找到这个人，或此人不在您的管辖范围内。", "worker")
    return worker
