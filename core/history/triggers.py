"""The statement-level triggers that write history: COPY, bulk updates and raw SQL cannot go round them.

Row-level triggers cost several times more on a load of 100,000 rows; a transition table costs one INSERT … SELECT, and of
insertions one row for all that got their ids one after the other.
"""

from django.apps import apps
from django.db import connections

from core.history.models import BusinessRow

FUNCTIONS = """
CREATE OR REPLACE FUNCTION history_operation() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('laborcoop.operation', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION history_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE operation uuid := history_operation();
BEGIN
  -- Ids of one run less their place in the order are all the same.
  INSERT INTO history_event ("table", row_id, last_id, kind, operation_id)
  SELECT TG_TABLE_NAME, min(id), max(id), 'I', operation
  FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run FROM new_rows) placed GROUP BY run ORDER BY 2;
  RETURN NULL;
END $$;

-- A session keeps the plan it made for its first update; a nested loop, right for one row, takes hours for 100,000.
CREATE OR REPLACE FUNCTION history_updated() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
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

CREATE OR REPLACE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% 只能追加，不能修改或删除', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history_event
FOR EACH STATEMENT EXECUTE FUNCTION history_refuse();
"""

TRIGGERS = """
CREATE OR REPLACE TRIGGER history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION history_inserted();
CREATE OR REPLACE TRIGGER history_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION history_updated();
CREATE OR REPLACE TRIGGER history_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION history_deleted();
"""


def tracked_tables() -> list[str]:
    """Tables of all models that inherit ``BusinessRow``."""
    return sorted({model._meta.db_table for model in apps.get_models() if issubclass(model, BusinessRow)})  # noqa: SLF001 - Django's public-by-habit API


def install(using: str = "default", **kwargs: object) -> None:  # noqa: ARG001 - the signal's signature
    """Create or renew functions and triggers for every tracked table that exists. Runs after every migrate."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if "history_event" not in existing:
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for table in tracked_tables():
            if table in existing:
                cursor.execute(TRIGGERS.format(table=quote(table)))
