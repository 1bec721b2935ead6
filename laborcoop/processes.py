"""The processes of a running site, named once: the supervisor starts them, docker-compose.yml says the same."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "web": ("python", "-m", "gunicorn", "--config", "python:laborcoop.gunicorn", "laborcoop.wsgi"),
    "worker": ("python", "-m", "celery", "--quiet", "--app", "laborcoop.celery", "worker", "--loglevel", "INFO"),
    "beat": (
        "python",
        "-m",
        "celery",
        "--quiet",
        "--app",
        "laborcoop.celery",
        "beat",
        "--loglevel",
        "INFO",
        "--pidfile",
        "",
    ),
}
