"""Read anew what requirements ask of age: of several ages, one for women and one for men, the wider holds."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from employment.expressions import RequiredAgeFrom, RequiredAgeTo

COLUMNS = (("wants_age_from", RequiredAgeFrom), ("wants_age_to", RequiredAgeTo))


def read_anew(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The database generates the columns by the expressions as they are now."""
    for column, words in COLUMNS:
        expression = words("requirement").template % {"expressions": '"requirement"'}
        schema_editor.execute(f"ALTER TABLE employment_vacancy ALTER COLUMN {column} SET EXPRESSION AS ({expression})")


class Migration(migrations.Migration):
    dependencies = [
        ("employment", "0017_one_index_of_a_key"),
    ]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
