"""For migrations: a foreign key gains or loses the index of its own and nothing else is touched."""

import copy
from typing import Any, cast

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AlterField
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, Model


class AlterIndexOfKey(AlterField):
    """``AlterField`` of a foreign key where ``db_index`` alone changes: one DROP INDEX, or CREATE INDEX on the way back.

    Django's own takes the constraint of the key away and makes it again, which reads the whole table and locks the
    other one meanwhile.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Change the index, on the way back too: ``AlterField`` calls this for both."""
        before = from_state.apps.get_model(app_label, self.model_name)
        after = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            schema_editor.alter_field(before, _unconstrained(before, self.name), _unconstrained(after, self.name))


def _unconstrained(model: type[Model], name: str) -> "ForeignKey[Any, Any]":
    """The key as it would be without a constraint, which therefore stays as it is; a copy, for the state keeps the key."""
    key = copy.copy(cast("ForeignKey[Any, Any]", model._meta.get_field(name)))  # noqa: SLF001
    key.db_constraint = False  # type: ignore[attr-defined]  # unknown to the stubs
    return key
