"""Skills of a person are found by the index that keeps each once; there was another of the person alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("skills", "0002_skills_in_bitmaps"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="skill",
            name="skill_of_worker",
        ),
    ]
