"""The servers behind the program: PostgreSQL, Redis, Celery. Without their variables the embedded ones are used."""

from datetime import timedelta

from celery.schedules import crontab

from core.servers import postgres_address, redis_address
from laborcoop import env
from laborcoop.settings.base import VAR

_database = env.database_url("DATABASE_URL")
_redis = env.redis_url("REDIS_URL")

# The embedded servers start when they are first connected to (laborcoop.database, laborcoop.cache, laborcoop.celery).
EMBEDDED_POSTGRES = _database is None
EMBEDDED_REDIS = _redis is None

_embedded = postgres_address(VAR)
DATABASES = {
    "default": {
        **(
            _database
            or {
                "NAME": _embedded.name,
                "USER": _embedded.user,
                "HOST": _embedded.host,
                "PORT": _embedded.port,
                "OPTIONS": {},
            }
        ),
        "ENGINE": "laborcoop.database",
        # Dates in raw SQL are the bureau's dates, not UTC's.
        "TIME_ZONE": "Asia/Shanghai",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    },
}

CACHES = {
    "default": {
        "BACKEND": "laborcoop.cache.RedisCache",
        "LOCATION": f"{_redis}/1" if _redis else redis_address(VAR).url(database=1),
        "TIMEOUT": 300,
    },
}

CELERY_BROKER_URL = f"{_redis}/0" if _redis else redis_address(VAR).broker_url(database=0)
# The state of a run is its row in the database; Celery carries the message and keeps no result.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
# An unacknowledged message comes back after this many seconds; runs hold a lease, so a second delivery is harmless.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # KiB; a child that has grown is replaced between two tasks
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "run" / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "refresh figures": {"task": "core.indicators.refresh_figures", "schedule": timedelta(minutes=1)},
    "refresh list bitmaps": {"task": "workers.refresh_list_bitmaps", "schedule": timedelta(seconds=15)},
    "renew contradictions": {"task": "employment.renew_contradictions", "schedule": crontab(hour=3, minute=10)},
    "find employer pairs": {"task": "employment.find_employer_pairs", "schedule": crontab(hour=2, minute=30)},
    "look for doubles": {"task": "workers.doubles.look", "schedule": crontab(hour=2, minute=40)},
    "rescue abandoned jobs": {"task": "core.jobs.rescue_jobs", "schedule": timedelta(seconds=5)},
}
