"""Reports of a user are found by the index that orders them; the key had another of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_shared_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="reportrun",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="提交人",
            ),
        ),
    ]
