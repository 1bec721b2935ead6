"""One visit to an employer: reading it, mending it, taking it back."""

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists.columns import plain
from core.web.timeline import timeline_of
from employment.queries import place_names
from stations.employer_visits import services
from stations.employer_visits.forms import EmployerVisitForm, initial_of
from stations.employer_visits.services import PERMISSION, READING
from stations.forms import WithdrawForm
from stations.models import EmployerVisit, Station

ACTIONS = {
    "employer_visits.record": _("登记走访"),
    "employer_visits.correct": _("更正走访"),
    "employer_visits.withdraw": _("删除走访"),
    "imports.employer_visits": _("导入访企拓岗记录"),
    "employers.merge": _("合并用人单位"),
}


def facts(_screen, visit):
    """What the visit found."""
    found = (
        Fact(_("在岗本县人数"), visit.people_here),
        Fact(_("用工需求"), visit.needs),
        Fact(_("情况"), visit.note),
        Fact(_("下一步"), visit.next_step),
        Fact(_("下次走访日期"), visit.next_on),
    )
    about = (
        Fact(_("所在地"), place_names([visit.place_code]).get(visit.place_code, "")),
        Fact(_("协作站"), visit.station.name if visit.station else ""),
        Fact(_("走访人"), visit.visitor),
        Fact(_("登记时间"), visit.created_at),
    )
    return {"groups": [(_("走访情况"), found), (pgettext_lazy("employer", "走访"), about)]}


def history(_screen, visit):
    """Who changed what."""
    texts = {
        "employer_id": lambda pk: visit.employer.name if pk == visit.employer_id else __("另一家单位"),
        "station_id": station_name,
        "place_code": lambda code: place_names([code]).get(code, code) if code else "",
    }
    return {"moments": timeline_of(visit, actions={name: str(word) for name, word in ACTIONS.items()}, texts=texts)}


def station_name(pk):
    """What a station is called, "" for none."""
    return Station.objects.filter(pk=pk).values_list("name", flat=True).first() or ""


class EmployerVisitDetail(DetailScreen):
    """/stations/employer-visits/<id>/ — one visit."""

    permission = READING
    tabs = (
        Tab("facts", _("走访情况"), "web/sheet.html", facts),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("stations:employer_visits"), _("访企拓岗"))

    def rows(self, user):
        """Visits the user sees."""
        return EmployerVisit.objects.visible_to(user).select_related("employer", "station")

    def header(self, thing):
        """Which employer, when, by whom."""
        file = reverse("employment:employer", args=[thing.employer_id]) if self.user.can("employment.view") else ""
        mend = self.mending(thing)
        return Header(
            __("走访%(name)s") % {"name": thing.employer.name},
            facts=(
                Fact(_("企业"), thing.employer.name, url=file),
                Fact(_("走访日期"), plain(thing.visited_on)),
                Fact(_("协作站"), thing.station.name if thing.station else ""),
                Fact(_("走访人"), thing.visitor),
            ),
            state=_("重点企业") if thing.employer.key_employer else "",
            state_colour="blue",
            primary=mend[0] if mend else None,
            menu=mend[1:],
        )

    def mending(self, visit):
        """Correct and delete, for who may."""
        if not EmployerVisit.objects.changeable_by(self.user).filter(pk=visit.pk).exists():
            return ()
        addresses = ("edit_employer_visit", _("更正"), "pencil"), ("withdraw_employer_visit", _("删除"), "trash")
        return tuple(
            Action(label, reverse(f"stations:{name}", args=[visit.pk]), permission=PERMISSION, icon=icon)
            for name, label, icon in addresses
        )


class EditEmployerVisit(FormScreen):
    """/stations/employer-visits/<id>/edit/ — mend what was written down wrongly."""

    title = _("更正走访")
    permission = PERMISSION
    form_class = EmployerVisitForm
    body_template = "stations/employer_visit_body.html"

    def rows(self, user):
        """Visits the user may mend."""
        return EmployerVisit.objects.changeable_by(user).select_related("employer", "station")

    def initial(self, thing):
        """As it stands."""
        return initial_of(thing)

    def heading(self, thing):
        """Whose, of which day."""
        return __("更正走访：%(name)s %(day)s") % {"name": thing.employer.name, "day": thing.visited_on}

    def save(self, form, thing):
        """Correct it."""
        return services.change_employer_visit(
            user=self.user, visit=thing, station=form.chosen_station(), facts=form.facts()
        )

    def success_url(self, saved):
        """The visit."""
        return reverse("stations:employer_visit", args=[saved.pk])

    def leave_url(self, thing):
        """The visit."""
        return reverse("stations:employer_visit", args=[thing.pk])


class WithdrawEmployerVisit(FormScreen):
    """/stations/employer-visits/<id>/withdraw/ — take back a visit that never was."""

    title = _("删除走访")
    permission = PERMISSION
    form_class = WithdrawForm
    submit_label = _("删除")

    def rows(self, user):
        """Visits the user may mend."""
        return EmployerVisit.objects.changeable_by(user).select_related("employer", "station")

    def heading(self, thing):
        """Whose, of which day."""
        return __("删除走访：%(name)s %(day)s") % {"name": thing.employer.name, "day": thing.visited_on}

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_employer_visit(user=self.user, visit=thing, reason=form.cleaned_data["reason"])

    def success_url(self, saved):
        """The list."""
        return reverse("stations:employer_visits")

    def leave_url(self, thing):
        """The visit."""
        return reverse("stations:employer_visit", args=[thing.pk])

    def success_message(self, saved):
        """Said plainly."""
        return __("已删除这条走访记录。")
