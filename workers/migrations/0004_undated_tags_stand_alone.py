"""Only tags with a date are kept apart by the exclusion constraint: most have none, and its index is the dearest of all.

Of those without a date there is one of a kind for a person (membership_unique). That it does not stand beside a dated one is
judged by a trigger, once a statement.
"""

import django.contrib.postgres.constraints
import django.db.models.constraints
from django.db import migrations
from django.db.models import Q

import workers.expressions

# EXECUTE: planned anew for each statement, for what suits one tag takes hours for 100,000.
TRIGGERS = """
CREATE FUNCTION membership_undated_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mixed boolean;
BEGIN
  -- Of two who store tags of one person at once the second waits here and then sees what the first left.
  EXECUTE 'SELECT FROM workers_worker WHERE id IN (SELECT worker_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE';
  EXECUTE 'SELECT EXISTS (SELECT FROM new_rows n JOIN workers_groupmembership m USING (worker_id, "group")
    WHERE (coalesce(n.valid_from, n.valid_to) IS NULL) <> (coalesce(m.valid_from, m.valid_to) IS NULL))' INTO mixed;
  IF mixed THEN
    RAISE EXCEPTION 'conflicting tags violate exclusion constraint "membership_no_overlap"'
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'membership_no_overlap', TABLE = TG_TABLE_NAME,
      SCHEMA = TG_TABLE_SCHEMA, DETAIL = '同一人员类别的有效期不能重叠。';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER membership_undated_alone_i AFTER INSERT ON workers_groupmembership
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION membership_undated_alone();
CREATE TRIGGER membership_undated_alone_u AFTER UPDATE ON workers_groupmembership
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION membership_undated_alone();
"""
DATED = Q(valid_from__isnull=False) | Q(valid_to__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("workers", "0003_overlaps_judged_together")]

    operations = [
        migrations.RemoveConstraint(model_name="groupmembership", name="membership_no_overlap"),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=DATED,
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                expressions=[
                    ("worker", "="),
                    ("group", "="),
                    (workers.expressions.DateRange("valid_from", "valid_to"), "&&"),
                ],
                name="membership_no_overlap",
                violation_error_message="同一人员类别的有效期不能重叠。",
            ),
        ),
        migrations.RunSQL(TRIGGERS, "DROP FUNCTION membership_undated_alone() CASCADE"),
    ]
