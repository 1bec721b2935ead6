"""What visits to employers bring to the frame: menu, to-dos, the tab of an employer's page, what its list shows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.web.details import DetailScreen, Tab
from core.web.lists import Row
from core.web.screens import MenuEntry, Todo, TodoRow
from core.web.screens import register as register_entry
from employment.dossier import AddedColumn, AddedTab, register_column, register_filters, register_tab
from employment.models import Employer
from stations.employer_visits import queries
from stations.employer_visits.filters import employer_filters
from stations.employer_visits.services import PERMISSION, READING
from stations.employer_visits.tables import LAST_VISIT
from stations.models import EmployerVisit

MOST_SHOWN = 50


def agreed(user: User) -> Iterable[TodoRow]:
    """Employers where the day agreed for the next visit has come."""
    count = queries.to_visit_again(user, localdate()).count()
    yield TodoRow(__("再访企业"), count, f"{reverse('stations:employer_visits')}?due=true", __("约定的走访日期已到"))


def visits_to(screen: DetailScreen, employer: Employer) -> dict[str, Any]:
    """The visits to an employer the user sees, the latest first."""
    rows = EmployerVisit.objects.visible_to(screen.user).filter(employer=employer).select_related("station")
    visits = list(rows.order_by("-visited_on", "-pk")[: MOST_SHOWN + 1])
    more, may_write = len(visits) > MOST_SHOWN, screen.user.can(PERMISSION)
    return {"visits": visits[:MOST_SHOWN], "more": more, "may_write": may_write}


def fill_last_visit(rows: list[Row], user: User) -> None:
    """The day of the latest visit to each employer of the page. One query."""
    days = queries.last_days(user, [row["pk"] for row in rows])
    for row in rows:
        row["last_visit"] = days.get(row["pk"])


def register() -> None:
    """Register them."""
    register_entry(
        MenuEntry(
            section="stations",
            label=_("访企拓岗"),
            url_name="stations:employer_visits",
            permission=READING,
            icon="map-pin",
            order=45,
        )
    )
    register_entry(Todo(name="employer visits", source=agreed, permission=PERMISSION, order=25))
    tab = Tab(
        "employer_visits", pgettext_lazy("employer", "走访"), "stations/visits_to.html", visits_to, permission=READING
    )
    register_tab(AddedTab(tab=tab, order=20))
    register_column(AddedColumn(column=LAST_VISIT, fill=fill_last_visit, permission=READING))
    register_filters(employer_filters())
