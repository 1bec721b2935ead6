"""Every table whose rows name an employer, read off the models: whatever an app adds comes along when two are merged."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from core.history.models import BusinessRow
from employment.models import Employer
from workers.doubles.registry import Child, fold


def references() -> list[Child]:
    """Kept tables with a foreign key to an employer; where a key of theirs names the employer, twins are folded.

    Derived tables hold no facts of their own: who is derived anew takes the new employer with them.
    """
    return [
        Child(model=model, column=str(field.column), settle=_settling(model, field))
        for model in apps.get_models()
        if issubclass(model, BusinessRow)
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Employer
    ]


def _settling(model: type[models.Model], field: "models.ForeignKey[Any, Any]") -> Any:  # noqa: ANN401 - a Settle or None
    for constraint in model._meta.constraints:  # noqa: SLF001 - see above
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields:
            others = [name for name in constraint.fields if name != field.name]
            columns = [str(model._meta.get_field(name).column) for name in others]  # type: ignore[union-attr]  # noqa: SLF001 - see above
            return fold(*columns, followers=list(_hanging_on(model)))
    return None


def _hanging_on(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Tables whose rows hang on rows of the model."""
    for relation in model._meta.related_objects:  # noqa: SLF001 - see above
        related = relation.related_model
        if isinstance(related, type):
            yield related._meta.db_table, str(relation.field.column)  # noqa: SLF001 - see above
