"""The registry for programs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import path
from django.utils.timezone import localdate
from django_filters import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView, RowView
from core.candidates import Finder
from core.errors import DomainError
from core.formats.dates import parse_date
from core.formats.faults import CellFault
from core.formats.masking import mask_card, mask_id, mask_phone
from core.formats.values import GROUP_TAGS
from core.web.lists.layouts import saved_query
from workers.doubles.queries import current_id
from workers.filters import WorkerApiFilter
from workers.labour import labour_of_one, statuses_of
from workers.models import GroupMembership, Worker
from workers.queries import area_of, finder, meanings, place_names, tags_of
from workers.skills.models import Skill

FIELDS: Final = (
    Field("id", int, path="pk", nullable=False),
    Field("name", nullable=False),
    Field("id_number", mask=mask_id, nullable=False),
    Field("sex", nullable=False),
    Field("birth_year", int, path="birth_date", text=lambda day: day.year, nullable=False),
    Field("phone", mask=mask_phone),
    Field("village_code", nullable=False),
    Field("group_name"),
    Field("head_name", path="household__head_name"),
    Field("relation"),
    Field("ethnicity"),
    Field("education"),
    Field("political"),
    Field("health"),
    Field("capacity"),
    Field("monitored_kind"),
    Field("resettlement_site"),
    Field("labour_status"),
    Field("skill"),
    Field("skill_level"),
    Field("intention"),
    Field("intended_place"),
    Field("expected_wage", note="元，两位小数", text=lambda yuan: f"{yuan:.2f}"),
    Field("training_wish"),
    Field("wanted_job"),
    Field("startup_wish"),
    Field("bank_card", mask=mask_card),
    Field("bank_name"),
    Field("visited_by"),
    Field("visited_on", date),
    Field("first_visited_on", date),
    Field("updated_at", datetime, nullable=False),
)

SKILL: Final = ("name", "level", "cert_type", "cert_number", "issuer", "issued_on")
EXTRA: Final[Mapping[str, Any]] = {
    "township": serializers.CharField(help_text="乡镇名称"),
    "village": serializers.CharField(help_text="村（社区）名称"),
    "groups": serializers.ListField(child=serializers.CharField(), help_text="group_as_of 或 as_of 当日的人员类别"),
    "status": serializers.CharField(help_text="按就业记录和走访推算的就业状态"),
    "status_as_of": serializers.DateField(help_text="推算截至日期"),
}


def day_of(request: Request, parameter: str) -> date:
    """The day a query parameter names, today without it; DomainError naming the parameter."""
    try:
        return parse_date(request.query_params.get(parameter, "")) or localdate()
    except CellFault as fault:
        raise DomainError("date", f"参数“{parameter}”不正确：{fault.message}。", parameter) from fault


def finish_rows(rows: list[dict[str, Any]], *, groups_on: date, status_on: date) -> None:
    """Names of places, key groups and labour status on their days: one query each at most."""
    names = place_names({row["village_code"] for row in rows})
    tags = tags_of([row["id"] for row in rows], groups_on, word=GROUP_TAGS.label)
    statuses = statuses_of(rows, status_on, key="id")
    for row in rows:
        row["township"], row["village"] = names[row["village_code"]]
        row["groups"] = tags.get(row["id"], [])
        row["status"], row["status_as_of"] = statuses[row["id"]], status_on


class WorkersView(ListView):
    """``/workers/``: the people of the token's scope, with the list page's filters; identities masked unless allowed."""

    summary = "劳动力信息库"
    permission = "workers.view"
    filterset = WorkerApiFilter
    orderings: ClassVar = {"id": "pk", "name": "name_key"}
    ordering = "id"
    fields = FIELDS
    extra = EXTRA

    def saved(self, user: User, number: str) -> QueryDict | None:
        """The filters of the list of people."""
        return saved_query(user, "workers", number)

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Whom the token's user sees."""
        return Worker.objects.visible_to(user)

    def finder(self, user: User, bound: FilterSet) -> Finder | None:
        """The bitmaps, as on the page."""
        asked = bound.form.cleaned_data
        filters = {name: value for name, value in asked.items() if name != "q"}
        return finder(user, filters, meanings(asked.get("q") or "", area_of(user)))

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """Names of places, key groups and labour status as of the days asked."""
        finish_rows(rows, groups_on=day_of(request, "group_as_of"), status_on=day_of(request, "status_as_of"))
        return rows


class WorkerView(RowView):
    """``/workers/{id}/``: one person with all memberships of key groups, and what held on the day ``as_of``."""

    summary = "一名劳动力的档案"
    permission = "workers.view"
    parameters: ClassVar = {"as_of": "截至日期，默认今天：groups、status、work 是这一天的情况"}
    fields = FIELDS
    extra: ClassVar = {
        **EXTRA,
        "memberships": serializers.ListField(
            child=serializers.DictField(),
            help_text="人员类别的每一段：group、有效期、来源、文号、类别，holds 为 as_of 当日是否有效",
        ),
        "skills": serializers.ListField(
            child=serializers.DictField(), help_text="技能和证书；level 是八级工的次序，1最低"
        ),
        "work": serializers.DictField(allow_null=True, help_text="as_of 当日所在的就业记录"),
    }

    def now(self, pk: int) -> int:
        """Of a registration merged into another one, the id of that one: a program may have kept the old id."""
        return current_id(pk)

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Whom the token's user sees."""
        return Worker.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """What held on the day, and every membership."""
        day = day_of(request, "as_of")
        finish_rows(rows, groups_on=day, status_on=day)
        for row in rows:
            row["memberships"] = memberships_of(row["id"], day)
            row["work"] = work_of(row["id"], day)
            row["skills"] = list(Skill.objects.filter(worker=row["id"]).order_by("pk").values(*SKILL))
        return rows


def memberships_of(worker_id: int, day: date) -> list[dict[str, Any]]:
    """Every membership of a person in order, and whether it holds on the day."""
    tags = GroupMembership.objects.filter(worker=worker_id)
    held = set(tags.on(day).values_list("pk", flat=True))
    names = (
        "group", "valid_from", "valid_to", "source", "document", "monitored_kind", "risk_cleared_on", "category",
    )  # fmt: skip
    return [
        {"label": GROUP_TAGS.label(tag.group), "holds": tag.pk in held, **{name: getattr(tag, name) for name in names}}
        for tag in tags.order_by("group", "valid_from", "pk")
    ]


def work_of(worker_id: int, day: date) -> dict[str, Any] | None:
    """The job spell that covers the day, None without one."""
    work = labour_of_one(Worker.objects.get(pk=worker_id), day).work
    if work is None:
        return None
    return {
        "place": work.place,
        "employer": work.employer,
        "job_title": work.job_title,
        "since": work.since,
        "confirmed_to": work.confirmed_to,
    }


routes = [
    path("workers/", WorkersView.as_view(), name="workers"),
    path("workers/<int:pk>/", WorkerView.as_view(), name="worker"),
]
