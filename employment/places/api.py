"""Workplaces for programs (formats.md §3.2)."""

from datetime import date
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.timezone import localdate
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView
from core.divisions.queries import names_of
from employment.models import Workplace
from employment.places.filters import WorkplaceApiFilter
from employment.places.queries import in_post_counts, standing_as, with_review


class WorkplacesView(ListView):
    """``/workplaces/``: workplaces, also those on their way to be recognised, with the list page's filters."""

    summary = "就业载体"
    permission = "employment.view"
    filterset = WorkplaceApiFilter
    orderings: ClassVar = {"id": "pk", "code": "code", "recognised_on": "recognised_on"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("code", nullable=False),
        Field("name", nullable=False),
        Field("kind", nullable=False),
        Field("township_code", nullable=False),
        Field("recognised_on", date, note="还没有认定的为空"),
        Field("operator", path="operator__name"),
        Field("operator_code", path="operator__credit_code"),
        Field("posts", int, note="岗位数"),
        Field("withdrawn_on", date, note="当天起不再计入"),
        Field("state", path="standing", nullable=False, note="今天的状态；认定前为申报中、已核查、公示中或不予认定"),
        Field("review_on", date, note="应年检日期；还没有认定的为空"),
        Field("review", nullable=False, note="ahead due overdue mending mend_overdue applying closed"),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Workplaces the token's user sees, as they stand today."""
        today = localdate()
        reviewed = with_review(Workplace.objects.visible_to(user), today)
        found: QuerySet[Any, Any] = reviewed.annotate(standing=standing_as(today))
        return found

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """Names of townships, and how many of the user's people are in post today: one query each."""
        names = names_of({row["township_code"] for row in rows})
        here = in_post_counts(cast("User", request.user), [row["id"] for row in rows], localdate())
        for row in rows:
            row["township"], row["in_post"] = names.get(row["township_code"], ""), here.get(row["id"], 0)
        return rows
