"""The dot of a name counts for nothing in the key by which people are sorted and found: kept keys lose it."""

from django.db import migrations

NAMES = "UPDATE workers_worker SET name_key = replace(name_key, ' · ', ' ') WHERE name_key LIKE '% · %'"


class Migration(migrations.Migration):
    dependencies = [("workers", "0006_households_in_bitmaps")]

    operations = [migrations.RunSQL(NAMES, migrations.RunSQL.noop)]
