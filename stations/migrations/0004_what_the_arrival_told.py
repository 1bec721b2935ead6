import django.db.models.deletion
from django.db import migrations, models

FROM_ROSTERS = """
UPDATE stations_plannedvisit plan SET employer_id = p.employer_id, job_title = p.job_title
FROM (
  SELECT DISTINCT ON (p.worker_id, p.at_post_on) p.worker_id, p.at_post_on, p.employer_id, p.job_title
  FROM dispatch_passenger p WHERE p.at_post_on IS NOT NULL AND p.boarded AND p.outcome <> '未录用'
  ORDER BY p.worker_id, p.at_post_on, p.employer_id IS NULL, p.id
) p
WHERE plan.worker_id = p.worker_id AND plan.arrived_on = p.at_post_on
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0005_longer_texts"),
        ("employment", "0004_market"),
        ("stations", "0003_longer_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="plannedvisit",
            name="employer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="employment.employer",
                verbose_name="到岗单位",
            ),
        ),
        migrations.AddField(
            model_name="plannedvisit",
            name="job_title",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="到岗岗位"),
        ),
        migrations.RunSQL(FROM_ROSTERS, migrations.RunSQL.noop),
    ]
