"""The list of organisers."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.web.lists import EmptyState, ListScreen, PageAction
from employment.models import Organiser
from employment.organisers.filters import OrganiserFilter, organiser_called
from employment.organisers.queries import Counts, counts_of
from employment.organisers.tables import ORGANISER_COLUMNS
from employment.tables import add_places
from employment.views.shared import importing


def state_of(ended_on, licence_until, today):
    """A word of ``STATE_BADGES``."""
    if ended_on is not None and ended_on <= today:
        return "ended"
    return "expired" if licence_until is not None and licence_until < today else "used"


class OrganiserList(ListScreen):
    """/employment/organisers/ — who takes people out, and how many of one's people."""

    key = "organisers"
    title = _("带头人和机构")
    permission = "employment.view"
    icon = "users-group"
    columns = ORGANISER_COLUMNS
    filterset_class = OrganiserFilter
    quick_filters = ("kind", "level", "township")
    default_sort = "name"
    search_hint = _("名称、信用代码、许可证号")
    export_kind = "organisers"
    note = _("带出人数按务工台账的带出人和组织单位同名车次的签到人员计，一人一次；只计您管辖范围内的人。")

    @property
    def empty(self):
        """Where organisers come from."""
        text = _("登记或导入劳务经纪人（带头能人）、人力资源服务机构、劳务公司和劳务合作社。")
        return EmptyState(text, importing("organisers"), reverse("workbooks:template", args=["organisers"]))

    def rows(self, user):
        """Organisers the user sees."""
        return Organiser.objects.visible_to(user)

    def search(self, queryset, text):
        """By name, credit code, licence."""
        return queryset.filter(organiser_called(text))

    def row_fields(self):
        """For the names of places and the state."""
        return ("place_code", "ended_on", "licence_until")

    def row_url(self, row):
        """The organiser."""
        return reverse("employment:organiser", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places, and how many of the user's people each took out: one query each."""
        today = localdate()
        add_places(rows, "place_code")
        counts = counts_of(user, [row["pk"] for row in rows], today)
        for row in rows:
            row["counts"] = counts.get(row["pk"], Counts())
            row["state"] = state_of(row["ended_on"], row["licence_until"], today)

    def page_actions(self, user):
        """Register one, import many, import whom they took out."""
        return (
            PageAction(_("登记带头人或机构"), reverse("employment:new_organiser"), "employment.edit", primary=True),
            PageAction(_("导入台账"), importing("organisers"), "imports.write", icon="file-import", kind="organisers"),
            PageAction(
                _("导入带出人员花名册"), importing("taken_out"), "imports.write", icon="file-import", kind="taken_out"
            ),
        )
