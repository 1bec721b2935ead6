from django.db import migrations, models

NUMBERED = """
UPDATE workbooks_export e SET number = n.number FROM (
  SELECT id, to_char(created_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-' || lpad(
    row_number() OVER (PARTITION BY (created_at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY created_at, id)::text, 4, '0'
  ) AS number FROM workbooks_export
) n WHERE n.id = e.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workbooks", "0003_doubts"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="conditions",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="筛选"),
        ),
        migrations.AddField(
            model_name="export",
            name="number",
            field=models.CharField(default="", editable=False, max_length=20, verbose_name="导出编号"),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="export",
            name="number",
            field=models.CharField(editable=False, max_length=20, unique=True, verbose_name="导出编号"),
        ),
    ]
