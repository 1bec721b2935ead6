"""The bitmaps of the list know job spells."""

from django.db import migrations

from workers.bitmaps.triggers import FORGET, install_sql, remove_sql, rows_of


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0010_surest_pairs_first"),
        ("workers", "0006_households_in_bitmaps"),
    ]

    operations = [
        *(
            migrations.RunSQL(install_sql(table, "worker_id", rows_of("worker_id")), remove_sql(table))
            for table in ("employment_spell", "employment_pastspell")
        ),
        migrations.RunSQL(FORGET, FORGET),
    ]
