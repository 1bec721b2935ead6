import django.contrib.postgres.constraints
from django.db import migrations, models
from django.db.models import F, Q

import workers.expressions


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0005_places_brands_returnees"),
    ]

    operations = [
        migrations.AddField(
            model_name="declaredjob",
            name="overlapping",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="与另一条重叠"),
        ),
        migrations.RemoveConstraint(model_name="declaredjob", name="declared_job_no_overlap"),
        migrations.AddConstraint(
            model_name="declaredjob",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=Q(("end_on__isnull", False), ("overlapping", False)),
                expressions=[(F("worker"), "="), (workers.expressions.DateRange("start_on", "end_on"), "&&")],
                name="declared_job_no_overlap",
                violation_error_message="此人在这段时间已有另一条务工记录。",
            ),
        ),
    ]
