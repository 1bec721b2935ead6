from django.db import migrations

INSTALL = """
CREATE OR REPLACE FUNCTION workers_refuse_former_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM doubles_workeralias)
     AND EXISTS (SELECT FROM new_rows n JOIN doubles_workeralias a ON a.id_number = n.id_number) THEN
    RAISE EXCEPTION '这个身份证号码已并入另一份档案'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'worker_number_not_merged', TABLE = 'workers_worker';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER worker_number_not_merged AFTER INSERT ON workers_worker REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION workers_refuse_former_number();
"""
REMOVE = """
DROP TRIGGER IF EXISTS worker_number_not_merged ON workers_worker;
DROP FUNCTION IF EXISTS workers_refuse_former_number();
"""


class Migration(migrations.Migration):
    """An ID number that was merged away leads to the person kept: nobody is registered with it again."""

    dependencies = [
        ("doubles", "0001_initial"),
        ("workers", "0001_initial"),
    ]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
