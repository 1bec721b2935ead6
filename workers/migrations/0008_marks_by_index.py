"""The marks of people written look households up by their index, however small the register was when a session began."""

from django.db import migrations

from workers.bitmaps.triggers import PEOPLE_AND_HOUSEHOLDS, install_sql


class Migration(migrations.Migration):
    dependencies = [("workers", "0007_dots_in_names")]

    operations = [
        migrations.RunSQL(install_sql("workers_worker", "id", PEOPLE_AND_HOUSEHOLDS), migrations.RunSQL.noop),
    ]
