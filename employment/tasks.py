"""Celery's side of employment."""

from celery import shared_task

from employment.contradictions import renew_all


@shared_task(name="employment.renew_contradictions")
def renew_contradictions() -> int:
    """See what speaks against the spells of everybody; beat calls it every night."""
    return renew_all()
