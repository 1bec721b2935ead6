"""Whom an import may touch when its sender has no division of their own."""

from core.accounts.models import User
from workers.models import Worker


def visible_ids(user: User) -> list[int]:
    """Ids of the people in the user's scope."""
    return list(Worker.objects.visible_to(user).values_list("id", flat=True))
