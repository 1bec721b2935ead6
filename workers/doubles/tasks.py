"""Celery's side of doubles."""

from celery import shared_task

from core.jobs.models import Job
from workers.doubles.jobs import KIND, look_for_doubles


@shared_task(name="workers.doubles.look")
def look() -> None:
    """Look for doubles among everybody; beat calls it at night. A run that still waits is not asked for again."""
    if not Job.objects.active().filter(kind=KIND, params={}).exists():
        look_for_doubles()
