"""Finding people by their skills."""

from django.db.models import Exists, OuterRef, Q

from workers.skills.models import Skill


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
