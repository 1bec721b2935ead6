"""What a membership holds of is read from the index of people and groups alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0008_marks_by_index"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="groupmembership",
            name="membership_unique",
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.UniqueConstraint(
                fields=("worker", "group", "valid_from"),
                include=("valid_to", "id"),
                name="membership_unique",
                nulls_distinct=False,
                violation_error_message="此人已有这一人员类别在同一认定日期的记录。",
            ),
        ),
    ]
