"""The plan of visits is read in the order of its days."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0006_follow_up_in_bitmaps"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="plannedvisit",
            index=models.Index(models.F("due_on"), models.F("id"), name="planned_visit_by_due"),
        ),
        migrations.AddIndex(
            model_name="plannedvisit",
            index=models.Index(
                models.F("due_on"),
                models.F("id"),
                condition=Q(("closed_reason", ""), ("visit__isnull", True)),
                name="planned_visit_open_by_due",
            ),
        ),
    ]
