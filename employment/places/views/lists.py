"""Lists: workplaces, whose review is due, who is in post where."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.web.lists import EmptyState, ListScreen, PageAction
from employment.filters import of_person
from employment.models import Placement, Workplace
from employment.places.filters import PlacementFilter, WorkplaceFilter, workplace_called
from employment.places.queries import (
    in_post_counts,
    standing_as,
    to_review,
)
from employment.places.tables import (
    PLACEMENT_COLUMNS,
    REVIEW_COLUMNS,
    WORKPLACE_COLUMNS,
    add_groups,
    add_townships,
    placement_url,
)
from employment.tables import add_homes
from employment.views.shared import importing, worker_url
from employment.views.work import PERSON_HINT

LIST_HINT = _("编号、名称、运营单位")


class WorkplaceList(ListScreen):
    """/employment/workplaces/ — recognised workplaces, and how many of one's people are in post there."""

    key = "workplaces"
    title = _("就业载体")
    permission = "employment.view"
    icon = "building-warehouse"
    columns = WORKPLACE_COLUMNS
    filterset_class = WorkplaceFilter
    quick_filters = ("kind", "township", "standing")
    default_sort = "code"
    search_hint = LIST_HINT
    export_kind = "workplaces"

    @property
    def empty(self):
        """Where workplaces come from."""
        text = _("登记或导入就业帮扶车间、一县一企基地、公益性岗位、零工市场（驿站）和公共实训基地。")
        return EmptyState(text, importing("workplaces"), reverse("workbooks:template", args=["workplaces"]))

    def rows(self, user):
        """Workplaces the user sees, as they stand today."""
        return Workplace.objects.visible_to(user).annotate(standing=standing_as(localdate()))

    def search(self, queryset, text):
        """By number, name, operator."""
        return queryset.filter(workplace_called(text))

    def row_fields(self):
        """For the names of townships."""
        return ("township_code",)

    def row_url(self, row):
        """The workplace."""
        return reverse("employment:workplace", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of townships, and how many of the user's people are in post today: one query each."""
        add_townships(rows)
        here = in_post_counts(user, [row["pk"] for row in rows], localdate())
        for row in rows:
            row["here"] = here.get(row["pk"], 0)

    def page_actions(self, user):
        """Register one, import many, see whose review is due."""
        return (
            PageAction(_("登记载体"), reverse("employment:new_workplace"), "employment.edit", primary=True),
            PageAction(
                _("导入载体台账"), importing("workplaces"), "imports.write", icon="file-import", kind="workplaces"
            ),
            PageAction(_("年检到期"), reverse("employment:reviews"), "employment.view", icon="calendar-due"),
        )


class ReviewList(ListScreen):
    """/employment/workplaces/reviews/ — whose yearly review or second look is due."""

    key = "workplace_reviews"
    title = _("载体年检到期")
    permission = "employment.view"
    icon = "calendar-due"
    columns = REVIEW_COLUMNS
    filterset_class = WorkplaceFilter
    quick_filters = ("kind", "township", "review")
    default_sort = "review_on"
    search_hint = LIST_HINT
    empty = EmptyState(_("30天内没有要年检的载体，也没有整改未复查的。"))

    def rows(self, user):
        """Those to look at within 30 days."""
        return to_review(user, localdate()).annotate(standing=standing_as(localdate()))

    def search(self, queryset, text):
        """By number, name, operator."""
        return queryset.filter(workplace_called(text))

    def row_fields(self):
        """For the names of townships."""
        return ("township_code",)

    def row_url(self, row):
        """The workplace's reviews."""
        return f"{reverse('employment:workplace', args=[row['pk']])}?tab=reviews"

    def prepare(self, rows, user):
        """Names of townships."""
        add_townships(rows)


class PlacementList(ListScreen):
    """/employment/workplaces/staff/ — who is or was in post at which workplace."""

    key = "placements"
    title = _("载体用工")
    permission = "employment.view"
    icon = "user-check"
    columns = PLACEMENT_COLUMNS
    filterset_class = PlacementFilter
    quick_filters = ("township", "kind", "current")
    default_sort = "-start_on"
    search_hint = PERSON_HINT
    export_kind = "workplace_staff"

    @property
    def empty(self):
        """Where posts come from."""
        text = _("导入载体用工花名册，或在载体页面逐人登记上岗。")
        return EmptyState(text, importing("workplace_staff"), reverse("workbooks:template", args=["workplace_staff"]))

    def rows(self, user):
        """Posts of the persons the user sees."""
        return Placement.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of villages and the person's page."""
        return ("worker_id", "worker__village_code")

    def row_url(self, row):
        """The post's form for who may correct it, else the person's work."""
        return placement_url(row["pk"]) if self.user.can("employment.edit") else worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages, key groups of today: one query each."""
        add_homes(rows)
        add_groups(rows)

    def page_actions(self, user):
        """Import many."""
        return (
            PageAction(
                _("导入用工花名册"),
                importing("workplace_staff"),
                "imports.write",
                icon="file-import",
                kind="workplace_staff",
            ),
        )
