"""Celery's side of employment."""

from celery import shared_task

from employment.contradictions import renew_all
from employment.mergers.finding import find_pairs


@shared_task(name="employment.renew_contradictions")
def renew_contradictions() -> int:
    """See what speaks against the spells of everybody; beat calls it every night."""
    return renew_all()


@shared_task(name="employment.find_employer_pairs")
def find_employer_pairs() -> int:
    """Look for employers registered twice; beat calls it every night."""
    return find_pairs()
