"""就业记录 as a workbook: who works where since when, as all evidence tells; taken out and never handed in."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Case, CharField, QuerySet, Value, When

from core.accounts.models import User
from core.formats.values import CONTRACT
from core.workbooks import columns as c
from core.workbooks.sheets import Sheet, register_written
from employment.models import Spell
from employment.queries import Scope, in_scope, place_name, place_path

TOWNSHIP: Final = 9


@register_written
class SpellsSheet(Sheet):
    """Job spells with the person's home, as the list shows them."""

    kind = "spells"
    title = "就业记录"
    permission = "employment.edit"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.text("乡镇", "township", export="township_name"),
        c.text("村", "village", export="village_name"),
        c.text("务工地", "place", export="place_words"),
        c.text("范围", "scope", export="scope_word"),
        c.text("务工单位", "employer_name", export="employer__name"),
        c.text("工种（岗位）", "job_title", export="job_title"),
        c.date_("开始日期", "start_on", export="start_on"),
        c.date_("结束日期", "end_on", export="end_on"),
        c.text("结束原因", "end_reason", export="ending_word"),
        c.amount("月工资(元)", "wage", export="wage"),
        c.text("组织方式", "channel", export="channel"),
        c.yes_no("是否有组织", "organised", CONTRACT, export="organised"),
        c.date_("最近确认日期", "confirmed_to", export="confirmed_to"),
        c.yes_no("签订合同", "contract", CONTRACT, export="contract"),
        c.yes_no("参保", "insured", CONTRACT, export="insured"),
    )

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Spell]:
        """Spells as the list page filters them, newest first."""
        from employment.filters import END_WORDS, spells  # noqa: PLC0415 - filters import models only once apps are ready

        ending = [When(end_reason=code, then=Value(str(word))) for code, word in END_WORDS.items() if code]
        return (
            spells(user, query)
            .annotate(
                township_name=place_name("worker__village_code", TOWNSHIP),
                village_name=place_name("worker__village_code", len("520527219201")),
                place_words=place_path("place_code"),
                scope_word=_scope(),
                ending_word=Case(*ending, default=Value(""), output_field=CharField()),
            )
            .order_by("-start_on", "-id")
        )


def _scope() -> Case:
    """省外, 县外省内 or 县内, by the place; blank where nobody told it."""
    whens = [When(in_scope(scope), then=Value(scope.value)) for scope in Scope]
    return Case(*whens, default=Value(""), output_field=CharField())
