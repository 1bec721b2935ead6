"""The bitmaps of the list know households and how many belong to each."""

from django.db import migrations

from workers.bitmaps.triggers import FORGET, PEOPLE, PEOPLE_AND_HOUSEHOLDS, install_sql


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0005_dated_memberships"),
    ]

    operations = [
        migrations.RunSQL(
            install_sql("workers_worker", "id", PEOPLE_AND_HOUSEHOLDS),
            install_sql("workers_worker", "id", PEOPLE),
        ),
        migrations.RunSQL(FORGET, FORGET),
    ]
