"""Celery's side of the figures."""

import logging

from celery import shared_task

from core.indicators.refreshing import refresh_figures as refresh

logger = logging.getLogger(__name__)


@shared_task(name="core.indicators.refresh_figures")
def refresh_figures() -> None:
    """Keep the figures fresh; beat calls it every minute. Two at a time do no harm: the second leaves at once."""
    done = refresh()
    if done.computed or done.dropped or done.marks:
        logger.info(
            "figures: %s computed, %s waiting, %s dropped, %s marks forgotten",
            done.computed,
            done.waiting,
            done.dropped,
            done.marks,
        )
