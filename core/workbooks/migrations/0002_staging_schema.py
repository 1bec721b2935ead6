from django.db import migrations


class Migration(migrations.Migration):
    """Staged rows of imports get a schema of their own: their tables come and go and belong to no model."""

    dependencies = [("workbooks", "0001_initial")]

    operations = [migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS staging", "DROP SCHEMA IF EXISTS staging CASCADE")]
