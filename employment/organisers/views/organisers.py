"""An organiser: whom it took out and where to; registering it, and writing down whom it took."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from employment.models import Organiser
from employment.organisers import services
from employment.organisers.filters import KIND_BADGES, LEVEL_WORDS
from employment.organisers.forms import OrganiserForm, TakenForm, initial_of_organiser
from employment.organisers.queries import Counts, counts_of, destinations_of, people_of
from employment.organisers.tables import DESTINATION_COLUMNS, PEOPLE_COLUMNS, STATE_BADGES
from employment.organisers.tabs import OrganiserTab, register_tab, tabs
from employment.organisers.views.lists import state_of
from employment.queries import place_names
from employment.tables import add_homes, add_places
from employment.views.shared import importing, words, worker_url
from workers.models import Worker

MOST_PEOPLE = 200


def people(screen, organiser):
    """Whom of the user's people it took out, the latest first."""
    rows = people_of(screen.user, organiser, localdate(), MOST_PEOPLE + 1)
    shown, may_import = rows[:MOST_PEOPLE], screen.user.can("imports.write") and screen.user.can("employment.edit")
    add_homes(shown)
    add_places(shown, "place_code")
    others = {row["first_id"] for row in shown} - {organiser.pk}
    names = dict(Organiser.objects.filter(pk__in=others).values_list("pk", "name")) if others else {}
    for row in shown:
        row["first"] = names.get(row["first_id"], "")
    called = urlencode({"taken_by": organiser.name})
    return {
        "columns": PEOPLE_COLUMNS,
        "table": table_rows(shown, PEOPLE_COLUMNS, lambda row: worker_url(row["worker_id"]), picks=False),
        "caption": _("带出人员"),
        "more": len(rows) > MOST_PEOPLE,
        "people_url": f"{reverse('workers:list')}?{called}",
        "jobs_url": f"{reverse('employment:jobs')}?{called}",
        "import_url": importing("taken_out") if may_import else "",
    }


def destinations(screen, organiser):
    """Where to, year by year."""
    rows = [
        {"pk": place, "year": one.year, "place_code": one.place, "people": one.people, "there": one.there}
        for place, one in enumerate(destinations_of(screen.user, organiser, localdate()))
    ]
    add_places(rows, "place_code")
    return {
        "columns": DESTINATION_COLUMNS,
        "table": table_rows(rows, DESTINATION_COLUMNS, lambda _row: "", picks=False),
        "caption": _("去向"),
    }


def organiser_facts(screen, organiser):
    """The organiser's file."""
    kind, _colour = KIND_BADGES[organiser.kind]
    who = Worker.objects.visible_to(screen.user).filter(pk=organiser.worker_id).first() if organiser.worker_id else None
    person_url = reverse("workers:detail", args=[who.pk]) if who and screen.user.can("workers.view") else ""
    own = (
        (
            Fact(_("级别"), LEVEL_WORDS.get(organiser.level, "")),
            Fact(_("本人档案"), who.name if who else "", url=person_url),
        )
        if organiser.kind == "broker"
        else (
            Fact(_("统一社会信用代码"), organiser.credit_code),
            Fact(_("人力资源服务许可证号"), organiser.licence_no),
            Fact(_("许可证有效期至"), organiser.licence_until),
        )
    )
    facts = (
        Fact(_("类型"), kind),
        *own,
        Fact(_("所在地"), place_names([organiser.place_code]).get(organiser.place_code, "")),
        Fact(_("联系电话"), organiser.phone, mask="phone", reveal="employment.organiser.phone", pk=organiser.pk),
        Fact(pgettext_lazy("recognition", "认定日期"), organiser.recognised_on),
        Fact(_("终止日期"), organiser.ended_on),
        Fact(_("备注"), organiser.note),
    )
    return {"facts": facts}


def history(_screen, organiser):
    """Who changed what."""
    return {"moments": timeline_of(organiser, actions=words())}


def register_own_tabs() -> None:
    """The tabs of this app."""
    register_tab(OrganiserTab(tab=Tab("people", _("带出人员"), "employment/organiser_people.html", people), order=10))
    shown = "employment/organiser_destinations.html"
    register_tab(OrganiserTab(tab=Tab("destinations", _("去向"), shown, destinations), order=20))
    register_tab(OrganiserTab(tab=Tab("file", _("基本信息"), "web/sheet.html", organiser_facts), order=80))
    register_tab(OrganiserTab(tab=Tab("history", _("变更历史"), "web/timeline.html", history), order=90))


class OrganiserDetail(DetailScreen):
    """/employment/organisers/<id>/ — an organiser and whom it took out."""

    permission = "employment.view"

    @property
    def tabs(self):
        """Own tabs and those of the apps above."""
        return tabs()

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:organisers"), _("带头人和机构"))

    def rows(self, user):
        """Organisers the user sees."""
        return Organiser.objects.visible_to(user)

    def header(self, thing):
        """Which, where, how many it took out, how it stands."""
        today = localdate()
        counts = counts_of(self.user, [thing.pk], today).get(thing.pk, Counts())
        kind, _colour = KIND_BADGES[thing.kind]
        word, colour = STATE_BADGES[state_of(thing.ended_on, thing.licence_until, today)]
        facts = (
            Fact(_("类型"), f"{LEVEL_WORDS.get(thing.level, '')} {kind}".strip()),
            Fact(_("所在地"), place_names([thing.place_code]).get(thing.place_code, "")),
            Fact(_("本年带出（人）"), counts.year),
            Fact(_("累计带出（人）"), counts.ever),
            Fact(_("目前在岗（人）"), counts.there),
        )
        add = Action(
            _("登记带出人员"),
            reverse("employment:new_taken", args=[thing.pk]),
            permission="employment.edit",
            icon="user-plus",
        )
        edit = Action(
            _("修改"),
            reverse("employment:edit_organiser", args=[thing.pk]),
            permission="employment.edit",
            icon="pencil",
        )
        menu = (edit,) if thing.kept_by(self.user) else ()
        return Header(thing.name, facts=facts, state=word, state_colour=colour, primary=add, menu=menu)


class OrganiserFormScreen(FormScreen):
    """What registering and correcting an organiser have in common."""

    permission = "employment.edit"
    form_class = OrganiserForm

    def save(self, form, thing):
        """Keep the organiser."""
        return services.save_organiser(user=self.user, facts=form.facts(thing), organiser=thing)

    def success_url(self, saved):
        """The organiser."""
        return reverse("employment:organiser", args=[saved.pk])


class NewOrganiser(OrganiserFormScreen):
    """/employment/organisers/new/."""

    title = _("登记带头人或机构")
    next_record = True
    carried = ("kind", "place_code", "recognised_on")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:organisers")


class EditOrganiser(OrganiserFormScreen):
    """/employment/organisers/<id>/edit/."""

    def rows(self, user):
        """Organisers the user looks after."""
        return Organiser.objects.changeable_by(user)

    def initial(self, thing):
        """As it is."""
        return initial_of_organiser(thing)

    def heading(self, thing):
        """Which."""
        return __("修改：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The organiser."""
        return reverse("employment:organiser", args=[thing.pk])


class NewTaken(FormScreen):
    """/employment/organisers/<id>/people/new/ — write down somebody it took out."""

    permission = "employment.edit"
    form_class = TakenForm
    next_record = True
    carried = ("out_on", "place_code", "employer", "new_employer", "job_title")

    def rows(self, user):
        """Organisers the user sees: an agency of the county takes out people of every township."""
        return Organiser.objects.visible_to(user)

    def initial(self, thing):
        """Nothing is proposed."""
        return dict.fromkeys(TakenForm.base_fields, "")

    def heading(self, thing):
        """By whom."""
        return __("登记带出人员：%(name)s") % {"name": thing.name}

    def save(self, form, thing):
        """Store it."""
        worker_id = int(form.cleaned_data["worker"])
        services.take_out(user=self.user, organiser=thing, worker_id=worker_id, facts=form.facts())
        return thing

    def success_url(self, saved):
        """The organiser."""
        return reverse("employment:organiser", args=[saved.pk])

    def leave_url(self, thing):
        """The organiser."""
        return reverse("employment:organiser", args=[thing.pk])
