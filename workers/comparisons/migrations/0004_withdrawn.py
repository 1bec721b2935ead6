from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comparisons", "0003_owner")]

    operations = [
        migrations.AlterField(
            model_name="comparison",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "排队中"),
                    ("running", "比对中"),
                    ("done", "已完成"),
                    ("failed", "失败"),
                    ("withdrawn", "已撤回"),
                ],
                default="queued",
                max_length=10,
                verbose_name="状态",
            ),
        )
    ]
