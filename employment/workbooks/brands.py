"""劳务品牌 and their members (domain.md §1.2)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.workbooks import columns as c
from core.workbooks.sheets import Check, Reference, Sheet, Target, register
from employment.models import Brand, BrandMember

NAME = ("劳务品牌", "劳务品牌名称")
SAME = "t.brand_id = p.brand_id AND t.worker_id = p.worker_id AND t.year IS NOT DISTINCT FROM s.year"


@register
class BrandsSheet(Sheet):
    """The county's labour brands, by name."""

    kind = "brands"
    title = "劳务品牌"
    section = "就业"
    list_url_name = "employment:brands"
    permission = "brands.edit"
    person = False
    columns = (
        c.text("品牌名称", "brand_name", required=True, aliases=NAME, example="赫章模架工匠", export="name"),
        c.text("等级", "grade", required=True, aliases=("品牌等级", "级别"), example="省级", export="grade"),
        c.date_("认定日期", "recognised_on", aliases=("认定时间",), export="recognised_on"),
    )
    key = ("s.brand_name",)
    key_heading = "品牌名称"
    target = Target(
        table="employment_brand",
        key="t.name = s.brand_name",
        fixed={"name": "s.brand_name"},
        values={"grade": "s.grade", "recognised_on": "s.recognised_on"},
    )

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Brand]:
        """Brands as the list page filters them."""
        from employment.brands.filters import brands  # noqa: PLC0415 - filters import models only once apps are ready

        return brands(user, query)


@register
class BrandMembersSheet(Sheet):
    """Who works under a brand, and what they earned in a year."""

    kind = "brand_members"
    title = "劳务品牌人员"
    section = "就业"
    list_url_name = "employment:brand_members"
    permission = "employment.edit"
    columns = (
        c.text("品牌名称", "brand_name", required=True, aliases=NAME, example="赫章模架工匠", export="brand__name"),
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.date_("加入日期", "joined_on", required=True, aliases=("加入时间",), export="joined_on"),
        c.date_("退出日期", "left_on", aliases=("退出时间",), export="left_on"),
        c.year("年度", "year", aliases=("年份",), export="year"),
        c.amount("年收入(元)", "income", aliases=("年收入",), example="60000", export="income"),
    )
    references = (
        Reference(
            into="brand_id",
            find="(SELECT b.id FROM employment_brand b WHERE b.name = s.brand_name)",
            when="s.brand_name IS NOT NULL",
            blame="品牌名称",
            message="没有登记这个劳务品牌，请先登记品牌。",
        ),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '退出日期应晚于加入日期（退出日期是不再属于该品牌的第一天）。' AS message"
            f" FROM {{plan}} p JOIN {{rows}} s USING (seq) LEFT JOIN employment_brandmember t ON {SAME}"
            " WHERE coalesce(s.left_on, t.left_on) <= s.joined_on",
            blame="退出日期",
            code="date",
        ),
    )
    key = ("s.brand_name", "s.id_number", "s.year")
    key_heading = "年度"
    key_words = "品牌名称、身份证号码和年度"
    merged_down = ("品牌名称",)
    target = Target(
        table="employment_brandmember",
        key=SAME,
        fixed={"brand_id": "p.brand_id", "worker_id": "p.worker_id", "year": "s.year"},
        values={"joined_on": "s.joined_on", "left_on": "s.left_on", "income": "s.income"},
    )
    notes = ("一人一个年度一行，年收入是该年度的收入；退出日期是不再属于该品牌的第一天。",)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[BrandMember]:
        """Members as the list page filters them."""
        from employment.brands.filters import brand_members  # noqa: PLC0415 - filters import models only once apps are ready

        return brand_members(user, query)
