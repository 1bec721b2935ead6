"""The work-list as a workbook, for townships that settle it on paper first."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr

from core.accounts.models import User
from core.divisions.models import Division
from core.workbooks import columns as c
from core.workbooks.sheets import Sheet, register_written
from workers.comparisons.filters import listed
from workers.comparisons.models import Difference
from workers.comparisons.sheet import HEADINGS

TOWNSHIP = 9


@register_written
class DifferencesSheet(Sheet):
    """Differences of one comparison, township by township."""

    kind = "differences"
    title = "比对差异清单"
    permission = "workers.edit"
    columns = (
        c.name(export="name"),
        c.id_number(export="id_number"),
        c.text("乡镇", "township", export="township_name"),
        c.text("村", "village", export="village_name"),
        c.text("类型", "kind", export="kind_word"),
        c.text("栏目", "field", export="field_word"),
        c.text("名单写的", "list_value", export="list_word"),
        c.text("登记库", "registry_value", export="registry_word"),
        c.date_("名单所载日期", "dated", export="dated"),
        c.date_("何时起", "since", export="since"),
        c.text("状态", "state", export="state_word"),
        c.text("承办人", "owner", export="owner__full_name"),
        c.text("说明", "note", export="note"),
    )

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Difference]:
        """The differences the work-list shows; values of phones and cards only by their ends, as on the page."""
        return (
            listed(user, query)
            .annotate(
                township_name=_name(Substr(OuterRef("village_code"), 1, TOWNSHIP)),
                village_name=_name(OuterRef("village_code")),
                kind_word=_words("kind", Difference.Kind.choices),
                state_word=_words("state", Difference.State.choices),
                field_word=_words("field", list(HEADINGS.items())),
                list_word=_shown("list_value"),
                registry_word=_shown("registry_value"),
            )
            .order_by("village_code", "name", "id")
        )


def _name(code: Any) -> Subquery:
    return Subquery(Division.objects.filter(code=code).values("name")[:1])


def _words(field: str, pairs: list[tuple[str, Any]]) -> Case:
    whens = [When(**{field: code}, then=Value(str(word))) for code, word in pairs]
    return Case(*whens, default=F(field), output_field=CharField())


def _shown(field: str) -> Case:
    """The value in words; numbers that lead to a person or an account are shown on the page alone, masked."""
    return Case(
        When(field__in=("phone", "bank_card"), then=Value("（在系统中查看）")),
        When(field="village_code", then=Coalesce(_name(OuterRef(field)), F(field))),
        default=F(field),
        output_field=CharField(),
    )
