"""Figures of a freeze are found by the index that keeps them once; the key had another of its own, of all figures."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0001_initial"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="figureset",
            name="freeze",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sets",
                to="indicators.freeze",
                verbose_name="冻结",
            ),
        ),
    ]
