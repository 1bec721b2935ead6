import django.contrib.postgres.fields
from django.db import migrations, models

SCORES = """
UPDATE employment_employerpair SET score = CASE WHEN 'told' = ANY (reasons) THEN 100 WHEN cardinality(reasons) > 1 THEN 84
  WHEN 'phone' = ANY (reasons) THEN 60 ELSE 80 END
"""


class Migration(migrations.Migration):
    """Pairs of employers say how sure they are and what was noted, as pairs of persons do."""

    dependencies = [
        ("employment", "0009_organisers"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="employerpair", name="employer_pair_queue"),
        migrations.AddField(
            model_name="employerpair",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="说明"),
        ),
        migrations.AddField(
            model_name="employerpair",
            name="score",
            field=models.PositiveSmallIntegerField(default=80, verbose_name="相似度"),
            preserve_default=False,
        ),
        migrations.RunSQL(SCORES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="employerpair",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), size=None, verbose_name="依据"
            ),
        ),
        migrations.AlterField(
            model_name="employerpair",
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
        migrations.AddIndex(
            model_name="employerpair",
            index=models.Index(
                models.F("state"),
                models.OrderBy(models.F("score"), descending=True),
                models.F("id"),
                name="employer_pair_queue",
            ),
        ),
        migrations.AlterConstraint(
            model_name="employerpair",
            name="employer_pair_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="employer_pair_in_order",
                violation_error_message="两家单位按登记先后排列。",
            ),
        ),
        migrations.AlterField(
            model_name="employermerge", name="merged_name", field=models.TextField(verbose_name="并入的名称")
        ),
    ]
