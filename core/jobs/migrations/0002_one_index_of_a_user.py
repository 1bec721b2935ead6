"""Runs of a user are found by the index that orders them; the key had another of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="job",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="提交人",
            ),
        ),
    ]
