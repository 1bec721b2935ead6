from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workbooks", "0002_staging_schema"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="doubts",
            field=models.JSONField(default=dict, verbose_name="疑点"),
        ),
    ]
