"""What the person's file tells of posts at workplaces, labour brands and returns."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.details import DetailScreen, Tab
from core.web.lists import Column, Row
from core.web.lists.table import table_rows
from employment.brands.tables import member_url
from employment.models import BrandMember, Placement, Returnee
from employment.places.tables import KIND_BADGES, placement_url
from employment.returnees.tables import PLAN_BADGES
from employment.tables import WAGE, fields_of
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker

_PLACEMENTS: Final = (
    Column("workplace", _("就业载体"), value="workplace__name"),
    Column("kind", _("载体类型"), "badge", value="workplace__kind", badges=KIND_BADGES),
    Column("post", _("岗位")),
    Column("start_on", _("上岗时间"), "date"),
    Column("end_on", _("离岗时间"), "date"),
    WAGE,
)
_BRANDS: Final = (
    Column("brand", _("劳务品牌"), value="brand__name"),
    Column("joined_on", _("加入日期"), "date"),
    Column("left_on", _("退出日期"), "date"),
    Column("year", _("年度"), value=lambda row: str(row["year"] or ""), fields=("year",)),
    Column("income", _("年收入（元）"), "number", places=2),
)
_RETURNS: Final = (
    Column("returned_on", _("返乡日期"), "date"),
    Column("plans_out", _("计划外出"), "badge", badges=PLAN_BADGES),
    Column("leaves_on", _("计划外出日期"), "date"),
    Column("from_place", _("原务工地")),
)


def _return_url(return_id: int) -> str:
    return reverse("employment:returnee", args=[return_id])


def others(screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """Posts at workplaces, rows of brands, returns: newest first."""
    may_edit = screen.user.can("employment.edit")

    def part(title: str, rows: Iterable[Row], columns: tuple[Column, ...], url: Callable[[int], str]) -> dict[str, Any]:
        leads = (lambda row: url(row["pk"])) if may_edit else (lambda _row: "")
        return {"title": title, "columns": columns, "table": table_rows(list(rows), columns, leads, picks=False)}

    posts = Placement.objects.filter(worker=worker).order_by("-start_on").values(*fields_of(_PLACEMENTS))
    brands = BrandMember.objects.filter(worker=worker).order_by("-year", "-joined_on").values(*fields_of(_BRANDS))
    returns = Returnee.objects.filter(worker=worker).order_by("-returned_on").values(*fields_of(_RETURNS))
    return {
        "parts": [
            part(__("载体用工"), posts, _PLACEMENTS, placement_url),
            part(__("劳务品牌"), brands, _BRANDS, member_url),
            part(__("返乡"), returns, _RETURNS, _return_url),
        ]
    }


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """The days the person took up and left a post, joined a brand, came home."""
    for post in Placement.objects.filter(worker=worker).select_related("workplace"):
        where = " ".join(word for word in (post.workplace.name, post.post) if word)
        yield Happening(on=post.start_on, title=_("载体上岗"), text=where)
        if post.end_on:
            yield Happening(on=post.end_on, title=_("载体离岗"), text=where)
    joined = BrandMember.objects.filter(worker=worker).select_related("brand").order_by("brand", "joined_on", "year")
    for member in joined.distinct("brand", "joined_on"):
        yield Happening(on=member.joined_on, title=_("加入劳务品牌"), text=member.brand.name)
    for back in Returnee.objects.filter(worker=worker):
        plan = __("计划外出") if back.plans_out else __("不外出")
        yield Happening(on=back.returned_on, title=_("返乡"), text=" ".join(filter(None, (back.from_place, plan))))


def register() -> None:
    """Add the tab and the happenings to the person's file."""
    tab = Tab("places", _("载体、品牌、返乡"), "employment/places_tab.html", others, permission="employment.view")
    register_tab(FileTab(tab=tab, order=27))
    register_happenings(HappeningSource(name="employment places", find=happenings, permission="employment.view"))
