"""The list of visits to employers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.lists import EmptyState, ListScreen, PageAction
from employment.queries import place_names
from stations.employer_visits.filters import EmployerVisitFilter
from stations.employer_visits.queries import visits_called
from stations.employer_visits.services import PERMISSION, READING
from stations.employer_visits.tables import EMPLOYER_VISIT_COLUMNS
from stations.models import EmployerVisit


class EmployerVisitList(ListScreen):
    """/stations/employer-visits/ — who was at which employer, and what they brought back."""

    key = "employer-visits"
    title = _("访企拓岗")
    permission = READING
    icon = "building-factory-2"
    columns = EMPLOYER_VISIT_COLUMNS
    filterset_class = EmployerVisitFilter
    quick_filters = ("station", "destination", "due")
    default_sort = "-visited_on"
    search_hint = _("企业名称、统一社会信用代码或走访人")
    export_kind = "employer_visits"

    @property
    def empty(self):
        """Where visits come from."""
        text = _("在手机上登记或导入访企拓岗记录后，每次走访都在这里；走访企业的次数和家数由此统计。")
        return EmptyState(
            text,
            f"{reverse('workbooks:new')}?kind=employer_visits",
            reverse("workbooks:template", args=["employer_visits"]),
        )

    def rows(self, user):
        """Visits the user sees."""
        return EmployerVisit.objects.visible_to(user)

    def search(self, queryset, text):
        """By employer or visitor."""
        return queryset.filter(visits_called(text))

    def row_url(self, row):
        """The visit."""
        return reverse("stations:employer_visit", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places: one query for the whole page."""
        names = place_names({row["place_code"] for row in rows if row.get("place_code")})
        for row in rows:
            row["place"] = names.get(row.get("place_code", ""), "")

    def page_actions(self, user):
        """Write one down, import many, see where nobody was for a quarter."""
        waiting = f"{reverse('employment:employers')}?key_employer=true&unvisited=90"
        return (
            PageAction(_("登记走访"), reverse("stations:find_employer"), PERMISSION, primary=True),
            PageAction(
                _("导入"),
                f"{reverse('workbooks:new')}?kind=employer_visits",
                PERMISSION,
                icon="file-import",
                kind="employer_visits",
            ),
            PageAction(_("久未走访的重点企业"), waiting, "employment.view", icon="clock"),
        )
