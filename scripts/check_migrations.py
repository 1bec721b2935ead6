"""``python scripts/check_migrations.py``: changes of the models that no migration writes down; no database needed."""

import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def main() -> int:
    """Print each missing operation; the exit status says whether there was one."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")
    django.setup()
    loader = MigrationLoader(None, ignore_no_initial=True)
    conflicts = loader.detect_conflicts()
    for app, names in conflicts.items():
        print(f"{app}: migrations {', '.join(names)} stand side by side; merge or renumber them")
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    for app, migrations in changes.items():
        for migration in migrations:
            for operation in migration.operations:
                print(f"{app}: {operation.describe()}")
    return 1 if changes or conflicts else 0


if __name__ == "__main__":
    sys.exit(main())
