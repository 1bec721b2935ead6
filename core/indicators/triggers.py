"""The triggers that leave marks, and those that keep frozen figures as they are. Installed after every migrate.

Statement-level with transition tables: COPY and raw SQL mark too, and a load of 100,000 rows costs one aggregate.
"""

from typing import Any, Final

from django.db import connections

from core.indicators.declarations import Source
from core.indicators.registry import all_sources

MOST_TOWNSHIPS: Final = 60
"""A statement that touches more townships leaves one mark for all of them."""

DIVISIONS: Final = Source(name="divisions", table="divisions_division", key="code", columns=("code", "name"))
"""Names of divisions stand in answers."""

# A session keeps the plan of a function's first call: where the joined table was small then, it would be read from end to end
# for each row of a large statement.
MARK: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  WITH touched AS (
    SELECT coalesce(left({village}, 9), '') AS township,
           min(coalesce({first_day}, '-infinity'::date)) AS first_day, max(coalesce({last_day}, 'infinity'::date)) AS last_day
    FROM ({rows}) r {join} GROUP BY 1
  ), shown AS (
    SELECT CASE WHEN (SELECT count(*) FROM touched) > {most} THEN '' ELSE township END AS township, first_day, last_day FROM touched
  )
  INSERT INTO indicators_figuremark (fact, township, days)
  SELECT '{fact}', CASE WHEN length(township) = 9 THEN township ELSE '' END,
         daterange(min(least(first_day, last_day)), max(greatest(first_day, last_day)), '[]')
  FROM shown GROUP BY 2;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {function} AFTER {event} ON {table} {transition}
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""

MARK_ALL: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO indicators_figuremark (fact, township, days) VALUES ('{fact}', '', daterange(NULL, NULL));
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {function} AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""

EVENTS: Final = {
    "I": ("INSERT", "REFERENCING NEW TABLE AS new_rows"),
    "U": ("UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "D": ("DELETE", "REFERENCING OLD TABLE AS old_rows"),
}

FROZEN: Final = """
CREATE OR REPLACE FUNCTION indicators_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '已冻结的统计数不能修改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION indicators_figure_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[] := ARRAY[]::bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN touched := touched || OLD.figure_set_id; END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || NEW.figure_set_id; END IF;
  IF EXISTS (SELECT FROM indicators_figureset s WHERE s.id = ANY(touched) AND s.freeze_id IS NOT NULL) THEN
    RAISE EXCEPTION '已冻结的统计数不能修改或删除' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE TRIGGER frozen_set BEFORE UPDATE OR DELETE ON indicators_figureset FOR EACH ROW WHEN (OLD.freeze_id IS NOT NULL)
EXECUTE FUNCTION indicators_refuse();
CREATE OR REPLACE TRIGGER frozen_figure BEFORE INSERT OR UPDATE OR DELETE ON indicators_figure FOR EACH ROW
EXECUTE FUNCTION indicators_figure_guard();
CREATE OR REPLACE TRIGGER frozen_unit BEFORE UPDATE OR DELETE ON indicators_frozenunit FOR EACH ROW EXECUTE FUNCTION indicators_refuse();
CREATE OR REPLACE TRIGGER frozen_freeze BEFORE UPDATE OR DELETE ON indicators_freeze FOR EACH ROW EXECUTE FUNCTION indicators_refuse();
"""


def _rows(source: Source, event: str) -> str:
    """The images a statement leaves to look at: new ones, old ones, or of an update both, where a named column differs."""
    if event == "I":
        return "SELECT * FROM new_rows"
    if event == "D":
        return "SELECT * FROM old_rows"
    if source.columns:
        old, new = ("(" + ", ".join(f"{alias}.{column}" for column in source.columns) + ")" for alias in ("o", "n"))
        differs = f"ROW{old} IS DISTINCT FROM ROW{new}"
    else:
        differs = "o IS DISTINCT FROM n"
    # A session keeps the plan it made for its first update. FULL finds the same pairs and cannot be done by a nested loop,
    # which is right for one row and takes hours for 100,000.
    pairs = f"FROM old_rows o FULL JOIN new_rows n USING ({source.key}) WHERE {differs}"
    return f"SELECT o.* {pairs} UNION ALL SELECT n.* {pairs}"


def trigger_sql(source: Source) -> str:
    """The functions and triggers of one source."""
    stem = "mark_" + source.name.replace(".", "_")
    common = {"fact": source.name, "table": source.table}
    parts = [MARK_ALL.format(function=f"{stem}_t", **common)] if "D" in source.events else []
    for event in source.events:
        word, transition = EVENTS[event]
        words = {
            "function": f"{stem}_{event.lower()}",
            "event": word,
            "transition": transition,
            "rows": _rows(source, event),
            "join": source.join,
            "village": source.village,
            "first_day": source.first_day,
            "last_day": source.last_day,
            "most": MOST_TOWNSHIPS,
        }
        parts.append(MARK.format(**common, **words))
    return "\n".join(parts)


def install(using: str = "default", **kwargs: Any) -> None:  # noqa: ARG001 - the signal's arguments
    """Create or renew the triggers of every declared source whose table exists, and those of frozen figures."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if not {"indicators_figureset", "indicators_frozenunit"} <= existing:
        return
    with connection.cursor() as cursor:
        for source in (DIVISIONS, *all_sources()):
            if source.table in existing:
                cursor.execute(trigger_sql(source))
        cursor.execute(FROZEN)
        greet(cursor)


def greet(cursor: Any) -> str:  # noqa: ANN401 - a database cursor
    """Remember which database server the transaction numbers belong to; on another one forget what was kept."""
    cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
    cluster: str = cursor.fetchone()[0]
    cursor.execute("SELECT cluster FROM indicators_markhorizon")
    known = cursor.fetchone()
    if known and known[0] != cluster:
        cursor.execute(
            "DELETE FROM indicators_figure g USING indicators_figureset s WHERE s.id = g.figure_set_id AND s.freeze_id IS NULL"
        )
        cursor.execute("DELETE FROM indicators_figureset WHERE freeze_id IS NULL")
        cursor.execute("DELETE FROM indicators_figuremark")
    cursor.execute(
        "INSERT INTO indicators_markhorizon AS kept (id, transaction, cluster)"
        " VALUES (1, pg_snapshot_xmin(pg_current_snapshot()), %s)"
        " ON CONFLICT (id) DO UPDATE SET cluster = excluded.cluster, transaction = excluded.transaction"
        " WHERE kept.cluster <> excluded.cluster",
        [cluster],
    )
    return cluster
