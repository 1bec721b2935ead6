"""Finding people by their skills."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from workers.skills.models import Skill


def kept_skills(low: int, beyond: int) -> Iterable[tuple[Any, ...]]:
    """Skills of the people from one id to before another, as the bitmaps of the list keep them: without days."""
    rows = Skill.objects.filter(worker_id__gte=low, worker_id__lt=beyond)
    for worker_id, name, cert_type, level in rows.values_list("worker_id", "name", "cert_type", "level"):
        yield worker_id, None, None, name, cert_type or None, str(level) if level else None


def skilled(*, name: str = "", cert_type: str = "", level_from: int | None = None) -> Q:
    """Condition on persons: one skill of theirs is called so, has such a certificate and at least that level, all at once."""
    wanted = Skill.objects.filter(worker=OuterRef("pk"))
    if name:
        wanted = wanted.filter(name__contains=name)
    if cert_type:
        wanted = wanted.filter(cert_type=cert_type)
    if level_from:
        wanted = wanted.filter(level__gte=level_from)
    return Q(Exists(wanted))
