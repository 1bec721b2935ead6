"""The bitmaps of the list know skills."""

from django.db import migrations

from workers.bitmaps.triggers import FORGET, install_sql, remove_sql, rows_of


class Migration(migrations.Migration):
    dependencies = [
        ("skills", "0001_initial"),
        ("workers", "0006_households_in_bitmaps"),
    ]

    operations = [
        migrations.RunSQL(install_sql("skills_skill", "worker_id", rows_of("worker_id")), remove_sql("skills_skill")),
        migrations.RunSQL(FORGET, FORGET),
    ]
