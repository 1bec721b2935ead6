"""``python scripts/check_migrations.py``: changes of the models that no migration writes down; no database needed.

It asks what ``manage.py makemigrations --check`` asks, which wants a database to compare with, and one thing more: a room
with models and no migrations at all, which Django takes for one that wants none.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print each fault; the exit status says whether there was one."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")
    django.setup()
    # Migrations are written without any language, so lazy names must not compare in Chinese.
    with translation.override(None):
        faults = list(found())
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def found() -> Iterator[str]:
    """Migrations that stand side by side, operations that are missing, rooms without any migration."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    conflicts = loader.detect_conflicts()
    if conflicts:
        # Two that do the same cannot both be played; what the models lack shows once they are one line again.
        for app, names in conflicts.items():
            yield f"{app}: migrations {', '.join(sorted(names))} stand side by side; merge or renumber them"
        return
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    for app, migrations in changes.items():
        for migration in migrations:
            yield from (f"{app}: {operation.describe()}" for operation in migration.operations)
    for app in sorted(loader.unmigrated_apps):
        config = apps.get_app_config(app)
        ours = (ROOT / config.name.replace(".", "/")) == Path(config.path)
        if ours and any(config.get_models()):
            yield f"{app}: has models and no migrations"


if __name__ == "__main__":
    sys.exit(main())
