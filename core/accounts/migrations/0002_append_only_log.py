"""The access log is append-only: the database itself refuses to change or remove a line."""

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE FUNCTION access_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '访问日志只能追加，不能修改或删除。' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON accounts_accesslog
    FOR EACH ROW EXECUTE FUNCTION access_log_append_only();
"""

DROP = """
DROP TRIGGER access_log_append_only ON accounts_accesslog;
DROP FUNCTION access_log_append_only();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
