"""Read anew what requirements ask of sex and age: 优先, 子女 and numbers that are no ages ask for nothing."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from employment.expressions import RequiredAgeFrom, RequiredAgeTo, RequiredSchool, RequiredSex

COLUMNS = (
    ("wants_sex", RequiredSex),
    ("wants_age_from", RequiredAgeFrom),
    ("wants_age_to", RequiredAgeTo),
    ("wants_school", RequiredSchool),
)


def read_anew(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The database generates the columns by the expressions as they are now."""
    for column, words in COLUMNS:
        expression = words("requirement").template % {"expressions": '"requirement"'}
        schema_editor.execute(f"ALTER TABLE employment_vacancy ALTER COLUMN {column} SET EXPRESSION AS ({expression})")


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0015_bare_names"),
    ]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
