"""Lines and passwords of a user are found by the index that orders them; the keys had another of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_several_villages"),
    ]

    operations = [
        AlterIndexOfKey(
            model_name="accesslog",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="操作人",
            ),
        ),
        AlterIndexOfKey(
            model_name="passwordrecord",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="password_records",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
