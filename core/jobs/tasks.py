"""Celery's side of runs."""

from uuid import UUID

from celery import shared_task

from core.jobs import services


@shared_task(name="core.jobs.run_job")
def run_job(job_id: str) -> None:
    """Carry out one run."""
    services.run(job_id=UUID(job_id))


@shared_task(name="core.jobs.rescue_jobs")
def rescue_jobs() -> int:
    """Send abandoned and unsent runs again; beat calls it every few seconds."""
    return services.rescue()
