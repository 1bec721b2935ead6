"""A key that begins a longer index has no other of its own: each cost every row written and served nothing."""

import django.db.models.deletion
from django.db import migrations, models

from core.indexes import AlterIndexOfKey


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0016_words_of_requirements"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="employeralias",
            name="employer_alias_by_employer",
        ),
        AlterIndexOfKey(
            model_name="brandmember",
            name="brand",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="employment.brand",
                verbose_name="劳务品牌",
            ),
        ),
        AlterIndexOfKey(
            model_name="declaredjob",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declared_jobs",
                to="workers.worker",
                verbose_name="劳动力",
            ),
        ),
        AlterIndexOfKey(
            model_name="fairbooth",
            name="fair",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="booths",
                to="employment.fair",
                verbose_name="招聘会",
            ),
        ),
        AlterIndexOfKey(
            model_name="placement",
            name="workplace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="placements",
                to="employment.workplace",
                verbose_name="就业载体",
            ),
        ),
        AlterIndexOfKey(
            model_name="returnee",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returns",
                to="workers.worker",
                verbose_name="劳动力",
            ),
        ),
        AlterIndexOfKey(
            model_name="spell",
            name="employer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="employment.employer",
                verbose_name="务工单位",
            ),
        ),
        AlterIndexOfKey(
            model_name="vacancy",
            name="employer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="vacancies",
                to="employment.employer",
                verbose_name="企业",
            ),
        ),
        AlterIndexOfKey(
            model_name="workplacedecision",
            name="workplace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="employment.workplace",
                verbose_name="就业载体",
            ),
        ),
    ]
