"""A station: whom it follows, what is due, how many stay; registering and changing it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.timeline import timeline_of
from employment.queries import place_names
from stations import queries, services
from stations.forms import StationForm, station_initial
from stations.models import Station
from stations.retention import retention_of
from stations.tables import KIND_BADGES

ACTIONS = {
    "stations.create": _("登记协作站"),
    "stations.edit": _("修改协作站"),
    "imports.stations": _("导入协作站台账"),
}


def overview(_screen, station):
    """What is kept of it, and the work that lies before it."""
    names = place_names({station.place_code, *station.service_area})
    area = "、".join(names.get(code, code) for code in station.service_area) or _("所在地级市")
    kept = (
        Fact(_("站点编号"), station.code),
        Fact(_("类型"), station.kind),
        Fact(_("所在地"), names.get(station.place_code, "")),
        Fact(_("服务范围"), area),
        Fact(_("对口单位"), station.partner),
        Fact(_("设立方式"), station.founding),
        Fact(_("挂牌日期"), station.opened_on),
        Fact(_("负责人"), station.head),
        Fact(_("联系电话"), station.phone),
    )
    return {"facts": kept}


def followed(screen, station):
    """The milestones with how many are ahead, due, overdue, answered, closed; and the latest visits' findings."""
    today = timezone.localdate()
    return {
        "station": station,
        "milestones": queries.plan_counts(station.pk, screen.user, today),
        "findings": queries.findings(station.pk, screen.user, today),
    }


def retention(screen, station):
    """How many of those it follows stay in work: this year's and last year's arrivals."""
    return {"station": station, "years": retention_of(station.code, screen.user, timezone.localdate())}


def history(_screen, station):
    """Who changed what."""
    return {"moments": timeline_of(station, actions={name: str(word) for name, word in ACTIONS.items()})}


class StationDetail(DetailScreen):
    """/stations/<id>/ — one station."""

    permission = "stations.view"
    tabs = (
        Tab("work", _("回访"), "stations/work.html", followed),
        Tab("overview", _("概况"), "web/sheet.html", overview),
        Tab("retention", _("稳岗"), "stations/retention.html", retention, permission="statistics.read"),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    def rows(self, user):
        """Stations the user sees."""
        return Station.objects.visible_to(user)

    def header(self, thing):
        """Which, where, how many it follows and has to ask."""
        today = timezone.localdate()
        people, due = queries.station_counts([thing.pk], self.user, today).get(thing.pk, (0, 0))
        word, colour = KIND_BADGES.get(thing.kind, (thing.kind, "secondary"))
        due_url = f"{reverse('stations:due')}?station={thing.code}" if self.user.can("visits.write") else ""
        return Header(
            thing.name,
            facts=(
                Fact(_("所在地"), place_names({thing.place_code}).get(thing.place_code, "")),
                Fact(_("跟踪人数"), people, url=f"{reverse('stations:planned')}?station={thing.code}"),
                Fact(_("该回访"), due, url=due_url),
                Fact(_("负责人"), thing.head),
            ),
            state=word,
            state_colour=colour,
            primary=Action(
                _("修改"), reverse("stations:edit", args=[thing.pk]), permission="stations.edit", icon="pencil"
            ),
        )


class StationEditing(FormScreen):
    """What registering and changing a station have in common."""

    permission = "stations.edit"
    form_class = StationForm

    def initial(self, thing):
        """As it stands; a new one begins as a 协作站."""
        return station_initial(thing)

    def save(self, form, thing):
        """Keep it."""
        return services.save_station(user=self.user, facts=form.facts(), station=thing)

    def success_url(self, saved):
        """The station."""
        return reverse("stations:detail", args=[saved.pk])


class NewStation(StationEditing):
    """/stations/new/ — register a station."""

    title = _("登记协作站")

    def leave_url(self, thing):
        """The list."""
        return reverse("stations:list")


class EditStation(StationEditing):
    """/stations/<id>/edit/ — change a station."""

    title = _("修改协作站")

    def rows(self, user):
        """Stations the user sees."""
        return Station.objects.visible_to(user)

    def heading(self, thing):
        """Which."""
        return __("修改协作站：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The station."""
        return reverse("stations:detail", args=[thing.pk])
