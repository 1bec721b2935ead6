"""Pages of labour brands: which there are, who works under them, what they earn."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from employment.brands import services
from employment.brands.filters import BrandFilter, brand_called
from employment.brands.forms import BrandForm
from employment.brands.queries import incomes_by_year, member_counts, member_on
from employment.brands.tables import BRAND_COLUMNS, INCOME_COLUMNS, OWN_MEMBER_COLUMNS, member_url
from employment.models import Brand, BrandMember
from employment.tables import add_homes, fields_of
from employment.views.shared import importing, words, worker_url

MOST_MEMBERS = 200


class BrandList(ListScreen):
    """/employment/brands/ — the county's brands, and how many of one's people work under each."""

    key = "brands"
    title = _("劳务品牌")
    permission = "employment.view"
    icon = "certificate"
    columns = BRAND_COLUMNS
    filterset_class = BrandFilter
    quick_filters = ("grade",)
    default_sort = "name"
    search_hint = _("品牌名称")
    export_kind = "brands"

    @property
    def empty(self):
        """Where brands come from."""
        text = _("登记或导入劳务品牌，再导入品牌人员。")
        return EmptyState(text, importing("brands"), reverse("workbooks:template", args=["brands"]))

    def rows(self, user):
        """Brands the user sees."""
        return Brand.objects.visible_to(user)

    def search(self, queryset, text):
        """By name."""
        return queryset.filter(brand_called(text))

    def row_url(self, row):
        """The brand."""
        return reverse("employment:brand", args=[row["pk"]])

    def prepare(self, rows, user):
        """How many of the user's people are members today: one query."""
        members = member_counts(user, [row["pk"] for row in rows], localdate())
        for row in rows:
            row["members"] = members.get(row["pk"], 0)

    def page_actions(self, user):
        """Register one, import many."""
        return (
            PageAction(_("登记品牌"), reverse("employment:new_brand"), "brands.edit", primary=True),
            PageAction(_("导入品牌台账"), importing("brands"), "imports.write", icon="file-import", kind="brands"),
            PageAction(
                _("导入品牌人员"), importing("brand_members"), "imports.write", icon="file-import", kind="brand_members"
            ),
        )


def members(screen, brand):
    """Who is a member today, of the user's people; a person with rows of several years once."""
    now = BrandMember.objects.visible_to(screen.user).filter(member_on(localdate()), brand=brand)
    latest = now.order_by("worker_id", "-year", "-pk").distinct("worker_id").values("pk")
    rows = list(
        BrandMember.objects.filter(pk__in=latest)
        .order_by("-joined_on", "pk")
        .values(*fields_of(OWN_MEMBER_COLUMNS, "worker_id", "worker__village_code"))[: MOST_MEMBERS + 1]
    )
    shown, may_edit = rows[:MOST_MEMBERS], screen.user.can("employment.edit")
    add_homes(shown)
    for row in shown:
        row["url"] = member_url(row["pk"]) if may_edit else worker_url(row["worker_id"])
    listed = f"{reverse('employment:brand_members')}?brand={brand.pk}"
    return {
        "columns": OWN_MEMBER_COLUMNS,
        "table": table_rows(shown, OWN_MEMBER_COLUMNS, lambda row: row["url"], picks=False),
        "caption": _("在册人员"),
        "more": len(rows) > MOST_MEMBERS,
        "all_url": listed,
        "now_url": f"{listed}&current=true",
        "new_url": reverse("employment:new_brand_member", args=[brand.pk]) if may_edit else "",
    }


def incomes(screen, brand):
    """What members earned, by year."""
    rows = incomes_by_year(screen.user, brand)
    for row in rows:
        row["pk"] = row["year"]
    return {
        "columns": INCOME_COLUMNS,
        "table": table_rows(rows, INCOME_COLUMNS, lambda _row: "", picks=False),
        "caption": _("年收入"),
    }


def history(_screen, brand):
    """Who changed what."""
    return {"moments": timeline_of(brand, actions=words())}


class BrandDetail(DetailScreen):
    """/employment/brands/<id>/ — a brand, its members, their income."""

    permission = "employment.view"
    tabs = (
        Tab("members", _("在册人员"), "employment/brand_members.html", members),
        Tab("incomes", _("年收入"), "employment/brand_incomes.html", incomes),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:brands"), _("劳务品牌"))

    def rows(self, user):
        """Brands the user sees."""
        return Brand.objects.visible_to(user)

    def header(self, thing):
        """Which, of what grade, how many members."""
        now = member_counts(self.user, [thing.pk], localdate()).get(thing.pk, 0)
        facts = (
            Fact(_("等级"), thing.grade),
            Fact(pgettext_lazy("recognition", "认定日期"), thing.recognised_on),
            Fact(_("目前在册（人）"), now),
        )
        edit = Action(
            _("修改"), reverse("employment:edit_brand", args=[thing.pk]), permission="brands.edit", icon="pencil"
        )
        return Header(thing.name, facts=facts, primary=edit)


class BrandFormScreen(FormScreen):
    """What registering and correcting a brand have in common."""

    permission = "brands.edit"
    form_class = BrandForm

    def save(self, form, thing):
        """Keep the brand."""
        return services.save_brand(user=self.user, facts=form.facts(), brand=thing)

    def success_url(self, saved):
        """The brand."""
        return reverse("employment:brand", args=[saved.pk])


class NewBrand(BrandFormScreen):
    """/employment/brands/new/."""

    title = _("登记品牌")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:brands")


class EditBrand(BrandFormScreen):
    """/employment/brands/<id>/edit/."""

    def rows(self, user):
        """Brands the user sees."""
        return Brand.objects.visible_to(user)

    def initial(self, thing):
        """As it is."""
        return {name: getattr(thing, name) for name in BrandForm.base_fields}

    def heading(self, thing):
        """Which."""
        return __("修改品牌：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The brand."""
        return reverse("employment:brand", args=[thing.pk])
