from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0013_how_recognised"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="workplace", name="workplace_state_known"),
        migrations.AlterField(
            model_name="workplace",
            name="recognised_on",
            field=models.DateField(blank=True, null=True, verbose_name="认定日期"),
        ),
        migrations.AlterField(
            model_name="workplace",
            name="state",
            field=models.CharField(db_default="正常", default="正常", max_length=4, verbose_name="状态"),
        ),
        migrations.AddConstraint(
            model_name="workplace",
            constraint=models.CheckConstraint(
                condition=Q(state__in=("正常", "停用", "撤销"), recognised_on__isnull=False)
                | Q(
                    state__in=("申报中", "已核查", "公示中", "不予认定"),
                    recognised_on__isnull=True,
                    withdrawn_on__isnull=True,
                    applied_on__isnull=False,
                ),
                name="workplace_state_known",
                violation_error_message="已认定的载体要有认定日期；还没有认定的要有申报日期，没有认定日期和撤销日期。",
            ),
        ),
    ]
