from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(models.F("visited_on"), models.F("id"), name="visit_by_day"),
        ),
    ]
