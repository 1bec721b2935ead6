from django.db import migrations, models

from employment.expressions import SEASONAL


class Migration(migrations.Migration):
    dependencies = [("employment", "0011_work_in_bitmaps")]

    operations = [
        migrations.AddIndex(
            model_name="declaredjob",
            index=models.Index(
                "id",
                condition=models.Q(("job_title__regex", SEASONAL), ("end_reason__regex", SEASONAL), _connector="OR"),
                name="declared_job_seasonal",
            ),
        ),
        migrations.AddIndex(
            model_name="declaredjob",
            index=models.Index(
                condition=models.Q(("end_reason__gt", "")),
                fields=["id"],
                include=["end_reason"],
                name="declared_job_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index("id", condition=models.Q(("job_title__regex", SEASONAL)), name="spell_seasonal"),
        ),
    ]
