"""A key that begins a longer index has no other of its own: each cost every row written and served nothing."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0007_plan_by_due_day"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="employervisit",
            name="employer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="employer_visits",
                to="employment.employer",
                verbose_name="企业",
            ),
        ),
        AlterIndexOfKey(
            model_name="employervisit",
            name="station",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="employer_visits",
                to="stations.station",
                verbose_name="协作站",
            ),
        ),
        AlterIndexOfKey(
            model_name="plannedvisit",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="planned_visits",
                to="workers.worker",
                verbose_name="劳动力",
            ),
        ),
        AlterIndexOfKey(
            model_name="visit",
            name="station",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="stations.station",
                verbose_name="协作站",
            ),
        ),
        AlterIndexOfKey(
            model_name="visit",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="workers.worker",
                verbose_name="劳动力",
            ),
        ),
    ]
