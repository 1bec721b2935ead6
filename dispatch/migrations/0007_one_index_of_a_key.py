"""Vehicles of a batch and passengers of a vehicle are found by the indexes that keep them once."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0006_organised_by"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="passenger",
            name="trip",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passengers",
                to="dispatch.trip",
                verbose_name="车次",
            ),
        ),
        AlterIndexOfKey(
            model_name="trip",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trips",
                to="dispatch.batch",
                verbose_name="批次",
            ),
        ),
    ]
