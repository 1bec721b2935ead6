"""Insertions of one statement become one event for each run of ids; what is recorded already keeps one event a row.

Cannot be taken back: an event of many rows has no place in the older table.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.models import F, Q

from core.history.models import RowIds

FILLED = """
ALTER TABLE history_event ADD COLUMN last_id bigint;
ALTER TABLE history_event ALTER COLUMN last_id TYPE bigint USING row_id, ALTER COLUMN last_id SET NOT NULL;
"""
"""Rewrites the table once, past the trigger that refuses updates."""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION history_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE operation uuid := history_operation();
BEGIN
  INSERT INTO history_event ("table", row_id, last_id, kind, operation_id)
  SELECT TG_TABLE_NAME, min(id), max(id), 'I', operation
  FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run FROM new_rows) placed GROUP BY run ORDER BY 2;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION history_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE operation uuid := history_operation();
BEGIN
  INSERT INTO history_event ("table", row_id, last_id, kind, before, operation_id)
  SELECT TG_TABLE_NAME, o.id, o.id, 'U', to_jsonb(o), operation
  FROM old_rows o JOIN new_rows n USING (id) WHERE o IS DISTINCT FROM n;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION history_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE operation uuid := history_operation();
BEGIN
  INSERT INTO history_event ("table", row_id, last_id, kind, before, operation_id)
  SELECT TG_TABLE_NAME, o.id, o.id, 'D', to_jsonb(o), operation FROM old_rows o;
  RETURN NULL;
END $$;
"""
"""Renewed here and not only after all migrations: one of another app that changes rows would meet the older functions."""

VIEW = """
CREATE VIEW history_row_event AS
SELECT r.row_id, e.id AS event_id, e."table", e.kind, e.before, e.operation_id, e.at
FROM history_event e CROSS JOIN LATERAL generate_series(e.row_id, e.last_id) r(row_id)
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            FILLED,
            state_operations=[
                migrations.AddField(
                    "event", "last_id", models.BigIntegerField(verbose_name="末行"), preserve_default=False
                ),
            ],
        ),
        migrations.RunSQL(FUNCTIONS),
        migrations.AddConstraint(
            "event",
            models.CheckConstraint(
                condition=Q(last_id=F("row_id")) | Q(last_id__gt=F("row_id"), kind="I"), name="event_rows_in_order"
            ),
        ),
        migrations.AddIndex(
            "event",
            django.contrib.postgres.indexes.GistIndex(
                "table", RowIds(), name="event_of_rows", condition=Q(last_id__gt=F("row_id"))
            ),
        ),
        migrations.RunSQL(
            VIEW,
            state_operations=[
                migrations.CreateModel(
                    name="RowEvent",
                    fields=[
                        ("row_id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="行")),
                        ("table", models.CharField(max_length=63, verbose_name="表")),
                        ("kind", models.CharField(max_length=1, verbose_name="类型")),
                        ("before", models.JSONField(null=True, verbose_name="变更前")),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        (
                            "event",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="history.event",
                            ),
                        ),
                        (
                            "operation",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="history.operation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "逐行变更",
                        "verbose_name_plural": "逐行变更",
                        "db_table": "history_row_event",
                        "managed": False,
                    },
                ),
            ],
        ),
    ]
