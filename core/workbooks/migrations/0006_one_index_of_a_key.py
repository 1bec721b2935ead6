"""Imports and exports of a user and faults of an import are found by the indexes that order them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("workbooks", "0005_export_approval"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="export",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="导出人",
            ),
        ),
        AlterIndexOfKey(
            model_name="import",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="导入人",
            ),
        ),
        AlterIndexOfKey(
            model_name="importfault",
            name="source",
            field=models.ForeignKey(
                db_column="import_id",
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="faults",
                to="workbooks.import",
            ),
        ),
    ]
