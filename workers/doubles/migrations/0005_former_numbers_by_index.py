from django.db import migrations


class Migration(migrations.Migration):
    """A session keeps the plan of its first insertion: with few numbers merged away it would read all of them for each person."""

    dependencies = [("doubles", "0004_one_kit_of_pairs")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION workers_refuse_former_number() SET enable_seqscan = off",
            "ALTER FUNCTION workers_refuse_former_number() RESET enable_seqscan",
        ),
    ]
