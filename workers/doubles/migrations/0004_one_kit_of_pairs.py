import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """A merge names its two persons, and so its pair: no column need say it again."""

    dependencies = [
        ("doubles", "0003_told"),
    ]

    operations = [
        migrations.RemoveField(model_name="merge", name="pair"),
        migrations.AlterField(
            model_name="merge", name="merged_name", field=models.TextField(verbose_name="并入的名称")
        ),
        migrations.AlterField(
            model_name="possibledouble",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), size=None, verbose_name="依据"
            ),
        ),
        migrations.AlterField(
            model_name="possibledouble",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "待判定"),
                    ("later", "以后再定"),
                    ("different", "不是重复"),
                    ("merged", "已合并"),
                ],
                db_default="open",
                default="open",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterConstraint(
            model_name="possibledouble",
            name="possible_double_once",
            constraint=models.UniqueConstraint(
                fields=("first", "second"),
                name="possible_double_once",
                violation_error_message="这两份档案已在疑似重复名单里。",
            ),
        ),
        migrations.AlterConstraint(
            model_name="possibledouble",
            name="possible_double_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="possible_double_in_order",
                violation_error_message="两份档案按登记先后排列。",
            ),
        ),
    ]
