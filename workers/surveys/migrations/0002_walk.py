from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="visittask",
            index=models.Index(fields=["village_code", "place", "id"], name="visit_task_walk"),
        ),
    ]
