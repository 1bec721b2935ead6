"""What stations put into the frame: menu, to-dos, search, numbers to call, the person's tab of visits."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.errors import NotFound
from core.web.details import DetailScreen, Tab
from core.web.screens import Choice, ChoiceSource, Hit, MenuEntry, Reveal, SearchSource, Todo, TodoRow, register
from employment.dossier import StaffAction, register_staff_action
from employment.evidence import register_page
from employment.queries import place_names
from employment.spells import Source
from stations import queries
from stations.employer_visits import screens as employer_visits
from stations.filters import PLAN_STATES, station_called
from stations.models import PlannedVisit, Station, Visit
from stations.tables import STATUS_BADGES, plan_state
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker

STAFF = frozenset({"station_staff"})


def waiting(user: User) -> Iterable[TodoRow]:
    """Whom to ask: overdue ones, and those within their window."""
    within, overdue = queries.due_counts(user, timezone.localdate())
    url = reverse("stations:due")
    yield TodoRow(__("补上逾期的回访"), overdue, url, urgent=True)
    yield TodoRow(__("回访到期的人"), within, url)


def find_stations(user: User, text: str, limit: int) -> Sequence[Hit]:
    """Suggestions of the search box."""
    rows = list(Station.objects.visible_to(user).filter(station_called(text)).order_by("code")[:limit])
    names = place_names({row.place_code for row in rows})
    return [Hit(row.name, reverse("stations:detail", args=[row.pk]), names.get(row.place_code, "")) for row in rows]


def choose_stations(user: User, text: str, limit: int) -> Sequence[Choice]:
    """Stations for an autocomplete field; their value is the number."""
    rows = Station.objects.visible_to(user).filter(station_called(text)).order_by("code")[:limit]
    return [Choice(row.code, row.name, row.code) for row in rows]


def station_label(user: User, value: str) -> str:
    """The name of a chosen station, "" outside the scope."""
    found = Station.objects.visible_to(user).filter(code=value).values_list("name", flat=True)
    return found.first() or ""


def number_to_call(user: User, pk: int) -> str:
    """The number a person can be reached at; 404 outside the scope."""
    if not Worker.objects.visible_to(user).filter(pk=pk).exists():
        raise NotFound("worker", "没有这个人。")
    return queries.number_of(pk)


def visits_of(screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """What visits found and which are planned."""
    visits = Visit.objects.filter(worker=worker).select_related("station", "employer").order_by("-visited_on", "-pk")
    plans = PlannedVisit.objects.filter(worker=worker).select_related("station").order_by("-due_on")
    return {
        "visits": [(visit, *STATUS_BADGES.get(visit.status, (visit.status, "secondary"))) for visit in visits],
        "plans": [(plan, *PLAN_STATES[plan_state(vars(plan))]) for plan in plans],
        "may_write": screen.user.can("visits.write"),
    }


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """Visits, for the person's life."""
    for visit in Visit.objects.filter(worker=worker).select_related("station"):
        by = visit.station.name if visit.station else visit.visitor
        title = __("回访：%(status)s") % {"status": STATUS_BADGES.get(visit.status, (visit.status, ""))[0]}
        yield Happening(on=visit.visited_on, title=title, text=by, url=reverse("stations:visit", args=[visit.pk]))


def _menu(order: int, label: Any, url_name: str, permission: Any, icon: str, **phone: Any) -> None:  # noqa: ANN401 - lazy texts
    entry = MenuEntry(
        section="stations", label=label, url_name=url_name, permission=permission, icon=icon, order=order,
        phone_roles=STAFF if phone else frozenset(), **phone,
    )  # fmt: skip
    register(entry)


_menu(10, _("今日回访"), "stations:due", "visits.write", "phone-call", phone=1, phone_label=_("今日"))
_menu(20, pgettext_lazy("list", "企业"), "stations:employers", "stations.view", "building-factory-2", phone=2)
_menu(30, _("登记回访"), "stations:find", "visits.write", "user-search", phone=3, phone_label=_("登记"))
_menu(40, _("回访记录"), "stations:visits", ("stations.view", "visits.write"), "clipboard-check")
_menu(50, _("回访计划"), "stations:planned", ("stations.view", "visits.write"), "calendar-due")
_menu(60, _("协作站"), "stations:list", "stations.view", "building-community")
register(Todo(name="visits", source=waiting, permission="visits.write", order=20))
register(
    SearchSource(
        name="stations", label=_("协作站"), search=find_stations, permission="stations.view",
        icon="building-community", order=60, list_url_name="stations:list",
    )
)  # fmt: skip
register_staff_action(
    StaffAction(
        name="round",
        label=_("确认都还在岗"),
        address=lambda pk: f"{reverse('stations:round', args=[pk])}?all=1&back=employer",
        permission="visits.write",
    )
)
register_page(Source.VISIT, lambda visit_id: reverse("stations:visit", args=[visit_id]))
register(ChoiceSource(name="stations", search=choose_stations, label=station_label))
register(Reveal(name="stations.followed.phone", permission="workers.reveal.phone", fetch=number_to_call))
register_tab(
    FileTab(
        tab=Tab(
            "visits", _("回访"), "stations/visits_of.html", visits_of, permission=("stations.view", "visits.write")
        ),
        order=50,
    )
)
employer_visits.register()
register_happenings(HappeningSource(name="visits", find=happenings, permission=("stations.view", "visits.write")))
