import django.contrib.postgres.constraints
import django.db.models.constraints
from django.db import migrations

import workers.expressions


class Migration(migrations.Migration):
    dependencies = [
        ("workers", "0002_list_bitmaps"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="groupmembership",
            name="membership_no_overlap",
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                expressions=[
                    ("worker", "="),
                    ("group", "="),
                    (workers.expressions.DateRange("valid_from", "valid_to"), "&&"),
                ],
                name="membership_no_overlap",
                violation_error_message="同一人员类别的有效期不能重叠。",
            ),
        ),
    ]
