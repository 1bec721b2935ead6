"""Every row written pays for each index: none is merely the beginning of another, and the one of a key comes and goes alone."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState

from core.indexes import AlterIndexOfKey
from laborcoop.settings import OUR_APPS
from stations.models import Visit

pytestmark = pytest.mark.django_db

# A key is its expression, operator class and collation; its order two bits (1: DESC, 2: NULLS FIRST).
BTREES = """
SELECT t.relname, c.relname, i.indisunique, pg_get_expr(i.indpred, i.indrelid, true),
  ARRAY(SELECT concat_ws(' ', pg_get_indexdef(c.oid, k, true), i.indclass[k - 1], i.indcollation[k - 1])
        FROM generate_series(1, i.indnkeyatts) k ORDER BY k),
  ARRAY(SELECT i.indoption[k - 1]::int FROM generate_series(1, i.indnkeyatts) k ORDER BY k),
  ARRAY(SELECT pg_get_indexdef(c.oid, k, true) FROM generate_series(1, i.indnatts) k ORDER BY k)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am m ON m.oid = c.relam
WHERE t.relnamespace = 'public'::regnamespace AND m.amname = 'btree'
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Btree:
    table: str
    name: str
    unique: bool
    condition: str | None
    keys: list[str]
    order: list[int]
    columns: list[str]

    def begins(self, other):
        """Whether whatever this one answers the other answers too, and this one keeps nothing unique."""
        length = len(self.keys)
        return (
            self.table == other.table
            and self.name != other.name
            and self.condition is None
            and other.holds_every_key()
            and self.keys == other.keys[:length]
            and other.order[:length] in (self.order, [option ^ 3 for option in self.order])
            and set(self.columns) <= set(other.columns)
            and self.may_go_for(other)
        )

    def holds_every_key(self):
        """Whether all rows are in it, but perhaps those whose first column is NULL: nothing joins or equals them."""
        return self.condition in (None, f"{self.columns[0]} IS NOT NULL")

    def may_go_for(self, other):
        """Of two equal ones that are both unique or both not, the second by name."""
        if self.keys == other.keys and self.unique == other.unique and self.condition == other.condition:
            return self.name > other.name
        return not self.unique


def superfluous():
    with connection.cursor() as cursor:
        cursor.execute(BTREES)
        found = [Btree(*row) for row in cursor.fetchall()]
    others = tables_of_others()
    ours = [index for index in found if index.table not in others]
    assert len(ours) > 200
    return [f"{one.table}: {one.name} begins {other.name}" for one in ours for other in ours if one.begins(other)]


def tables_of_others():
    """Tables whose shape Django and the packages decide."""
    others = [config for config in apps.get_app_configs() if config.name not in OUR_APPS]
    models = [model for config in others for model in config.get_models(include_auto_created=True)]
    return {"django_migrations", *(model._meta.db_table for model in models)}


def test_no_index_is_merely_the_beginning_of_another():
    assert superfluous() == []


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        ("stations_visit (worker_id)", ["stations_visit: added begins visit_once_a_day_and_station"]),
        ("stations_visit (worker_id, visited_on DESC)", []),
        ("stations_visit (worker_id) INCLUDE (problem)", []),
        ("stations_visit (worker_id) WHERE problem > ''", []),
        ("jobs_job (created_by_id DESC)", ["jobs_job: added begins job_by_user"]),
        ("jobs_job (created_by_id, created_at)", []),
        ("employment_spell (employer_id)", ["employment_spell: added begins spell_by_employer"]),
        ("stations_plannedvisit (due_on)", ["stations_plannedvisit: added begins planned_visit_by_due"]),
        ("stations_visit (visited_on, id)", ["stations_visit: visit_by_day begins added"]),
        ("stations_station (place_code)", []),
    ],
)
def test_what_is_the_beginning_of_another(definition, named):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX added ON {definition}")
    assert superfluous() == named


def test_the_index_of_a_key_comes_and_goes_and_its_constraint_stays():
    key = Visit._meta.get_field("worker").clone()
    key.db_index = True
    operation = AlterIndexOfKey("visit", "worker", key)
    without = ProjectState.from_apps(apps)
    operation.state_forwards("stations", within := without.clone())

    before = indexes_and_constraints()
    with connection.schema_editor() as editor:
        operation.database_forwards("stations", editor, without, within)
    with_index = indexes_and_constraints()
    assert with_index[0] - before[0] == {"CREATE INDEX ON public.stations_visit USING btree (worker_id)"}
    assert with_index[1] == before[1]
    with connection.schema_editor() as editor:
        operation.database_backwards("stations", editor, within, without)
    assert indexes_and_constraints() == before


def indexes_and_constraints():
    """Definitions of the indexes without their names; constraints by their identity, so that one made again shows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(indexdef, ' ' || indexname || ' ', ' ') FROM pg_indexes WHERE tablename = 'stations_visit'"
        )
        indexes = {definition for (definition,) in cursor.fetchall()}
        cursor.execute("SELECT oid FROM pg_constraint WHERE conrelid = 'stations_visit'::regclass")
        return indexes, {oid for (oid,) in cursor.fetchall()}
