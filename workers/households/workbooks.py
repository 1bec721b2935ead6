"""家庭户 as a workbook: the list of households, those with nobody at work above all; taken out and never handed in."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from core.accounts.models import User
from core.divisions.expressions import NameOf, name_above
from core.formats.values import GROUP_TAGS
from core.workbooks import columns as c
from core.workbooks.sheets import Sheet, register_written
from workers.models import GroupMembership, Household, HouseholdQuerySet, Worker

NOBODY_AT_WORK: Final = "无人就业"
TOWNSHIP: Final = 9
LABEL: Final = Case(
    *(When(group=code, then=Value(label)) for code, label in GROUP_TAGS.pairs),
    default=F("group"),
    output_field=TextField(),
)


@register_written
class HouseholdsSheet(Sheet):
    """Households with the counts of the day the list tells of."""

    kind = "households"
    title = "家庭户"
    permission = "workers.edit"
    columns = (
        c.text("户主姓名", "head_name", export="head_name"),
        c.text("乡镇", "township", export="township_name"),
        c.text("村", "village", export="village_name"),
        c.text("组", "group_name", export="group_name"),
        c.integer("在册人数", "members", export="member_count"),
        c.integer("劳动年龄内有劳动能力", "able", export="able_count"),
        c.integer("其中在岗", "working", export="working_count"),
        c.text("就业情况", "zero", export="zero_word"),
        c.text("人员类别", "tags", export="tag_words"),
        c.date_("登记时间", "created_at", export="created_at"),
    )

    def export_rows(self, user: User, query: Mapping[str, Any]) -> HouseholdQuerySet:
        """Households as the list page filters them, village by village."""
        from workers.households.filters import HouseholdFilter  # noqa: PLC0415 - filters are built once all apps are loaded
        from workers.households.queries import called  # noqa: PLC0415 - see above

        filters = HouseholdFilter(query, queryset=Household.objects.visible_to(user), user=user)
        rows, text = filters.qs, str(query.get("q", "")).strip()
        found = called(rows, user, text) if text else rows
        return told_on(found, filters.day).order_by("village_code", "head_name", "id")


def told_on(households: HouseholdQuerySet, day: date) -> HouseholdQuerySet:
    """The households with the names of their places, their counts and their key groups on the day."""
    from workers.households.queries import able_on  # noqa: PLC0415 - see above
    from workers.labour import at_work  # noqa: PLC0415 - see above

    able = able_on(day)
    tags = (
        GroupMembership.objects.on(day)
        .filter(worker__household=OuterRef("pk"))
        .order_by()
        .values("worker__household")
        .annotate(words=StringAgg(LABEL, delimiter="、", distinct=True))
        .values("words")
    )
    zero = When(able_count__gt=0, working_count=0, then=Value(NOBODY_AT_WORK))
    return households.annotate(
        township_name=name_above("village_code", TOWNSHIP),
        village_name=NameOf("village_code"),
        member_count=_counted(Q()),
        able_count=_counted(able),
        working_count=_counted(able & at_work(day)),
        zero_word=Case(zero, default=Value(""), output_field=TextField()),
        tag_words=Subquery(tags),
    )


def _counted(condition: Q) -> Coalesce:
    """How many members meet the condition."""
    members = Worker.objects.filter(condition, household=OuterRef("pk")).order_by().values("household")
    return Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), Value(0), output_field=IntegerField())
