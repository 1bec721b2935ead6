"""The bitmaps of the list of people know whom stations follow."""

from django.db import migrations

from workers.bitmaps.triggers import FORGET, install_sql, remove_sql, rows_of


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0005_employer_visits"),
        ("workers", "0006_households_in_bitmaps"),
        ("employment", "0011_work_in_bitmaps"),
    ]

    operations = [
        *(
            migrations.RunSQL(install_sql(table, "worker_id", rows_of("worker_id")), remove_sql(table))
            for table in ("stations_plannedvisit", "stations_visit")
        ),
        migrations.RunSQL(FORGET, FORGET),
    ]
