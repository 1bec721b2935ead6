from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comparisons", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="difference",
            name="accepted_in",
            field=models.UUIDField(editable=False, null=True, verbose_name="采纳的操作"),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(
                "accepted_in", condition=models.Q(("accepted_in__isnull", False)), name="difference_accepted"
            ),
        ),
    ]
