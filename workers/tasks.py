"""Celery's side of the register."""

import logging

from celery import shared_task

from workers.bitmaps.building import refresh_bitmaps

logger = logging.getLogger(__name__)


@shared_task(name="workers.refresh_list_bitmaps")
def refresh_list_bitmaps() -> None:
    """Let the bitmaps of the list follow the register; beat calls it. Two at a time do no harm: the second leaves at once."""
    if built := refresh_bitmaps():
        logger.info("list bitmaps: %s blocks built", built)
