"""Differences of a comparison are found by the indexes that begin with it; the key had another of its own."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("comparisons", "0004_withdrawn"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="difference",
            name="comparison",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="differences",
                to="comparisons.comparison",
                verbose_name="比对",
            ),
        ),
    ]
