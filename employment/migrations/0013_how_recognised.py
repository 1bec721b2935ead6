from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0012_endings_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="workplace",
            name="applied_on",
            field=models.DateField(blank=True, null=True, verbose_name="申报日期"),
        ),
        migrations.AddField(
            model_name="workplace",
            name="document",
            field=models.CharField(blank=True, db_default="", default="", max_length=100, verbose_name="认定文号"),
        ),
        migrations.AddField(
            model_name="workplace",
            name="inspected_on",
            field=models.DateField(blank=True, null=True, verbose_name="现场核查日期"),
        ),
        migrations.AddField(
            model_name="workplace",
            name="noticed_on",
            field=models.DateField(blank=True, null=True, verbose_name="公示开始日期"),
        ),
        migrations.AddField(
            model_name="workplace",
            name="noticed_until",
            field=models.DateField(blank=True, null=True, verbose_name="公示结束日期"),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_on__isnull", True),
                    ("inspected_on__isnull", True),
                    ("applied_on__lte", models.F("inspected_on")),
                    _connector="OR",
                ),
                name="workplace_applied_on_before_inspected_on",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_on__isnull", True),
                    ("noticed_on__isnull", True),
                    ("applied_on__lte", models.F("noticed_on")),
                    _connector="OR",
                ),
                name="workplace_applied_on_before_noticed_on",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_on__isnull", True),
                    ("noticed_until__isnull", True),
                    ("applied_on__lte", models.F("noticed_until")),
                    _connector="OR",
                ),
                name="workplace_applied_on_before_noticed_until",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("inspected_on__isnull", True),
                    ("noticed_on__isnull", True),
                    ("inspected_on__lte", models.F("noticed_on")),
                    _connector="OR",
                ),
                name="workplace_inspected_on_before_noticed_on",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("inspected_on__isnull", True),
                    ("noticed_until__isnull", True),
                    ("inspected_on__lte", models.F("noticed_until")),
                    _connector="OR",
                ),
                name="workplace_inspected_on_before_noticed_until",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("noticed_on__isnull", True),
                    ("noticed_until__isnull", True),
                    ("noticed_on__lte", models.F("noticed_until")),
                    _connector="OR",
                ),
                name="workplace_noticed_on_before_noticed_until",
                violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
            ),
        ),
    ]
