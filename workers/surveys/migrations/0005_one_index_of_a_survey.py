"""Clashes of a survey are found by the index that keeps each once; the key had another of its own."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_late_visits"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="surveyclash",
            name="survey",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clashes",
                to="surveys.survey",
                verbose_name="调查表",
            ),
        ),
    ]
