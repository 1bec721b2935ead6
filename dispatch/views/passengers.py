"""One passenger: the journey so far, the line of the roster, and reporting many for work from the list."""

from itertools import groupby

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.timeline import timeline_of
from dispatch import services
from dispatch.forms import NewPassengerForm, PassengerForm, ReportForm, initial_of_passenger
from dispatch.models import Passenger, Trip
from dispatch.tables import ARRIVED_BADGES, BOARDED_BADGES, OUTCOME_BADGES
from employment.queries import place_names

LONGEST_ID = 18
ACTIONS = {
    "dispatch.register": _("报名"),
    "dispatch.change_passenger": _("修改"),
    "dispatch.sign_in": _("签到"),
    "dispatch.check_in": _("签到"),
    "dispatch.sign_off": _("到达签收"),
    "dispatch.report_for_work": _("登记到岗"),
    "dispatch.set_outcome": _("登记状态"),
    "imports.passengers": _("导入乘车花名册"),
    "history.undo": _("撤销"),
}


def visible_trip(user, pk):
    """The vehicle, 404 for one the user does not see."""
    found = Trip.objects.visible_to(user).filter(pk=pk).select_related("batch").first()
    if found is None:
        raise Http404
    return found


def facts(_screen, row):
    """The line of the roster."""
    destination = row.destination_code or row.trip.destination_code
    employer = reverse("employment:employer", args=[row.employer_id]) if row.employer_id else ""

    def phone(label, name):
        return Fact(label, getattr(row, name), mask="phone", reveal=f"dispatch.passenger.{name}", pk=row.pk)

    return {
        "facts": (
            Fact(_("批次"), row.trip.batch.name),
            Fact(_("车次（车牌号）"), row.trip.vehicle, url=reverse("dispatch:trip", args=[row.trip_id])),
            Fact(_("出发时间"), row.trip.departs_at),
            Fact(_("车厢/座位号"), row.seat),
            Fact(_("上车地点"), row.boarding_point),
            Fact(_("目的地"), place_names([destination]).get(destination, "")),
            Fact(_("务工企业"), row.employer.name if row.employer else "", url=employer),
            Fact(_("岗位"), row.job_title),
            phone(_("联系电话"), "phone"),
            Fact(_("紧急联系人"), row.emergency_name),
            phone(_("紧急联系人电话"), "emergency_phone"),
            Fact(_("到岗日期"), row.at_post_on),
        )
    }


def ticks(_screen, row):
    """Every tick at the coach door."""
    return {"ticks": row.check_ins.select_related("user").order_by("-pk"), "words": BOARDED_BADGES}


def history(_screen, row):
    """Who changed what."""
    return {"moments": timeline_of(row, actions={name: str(word) for name, word in ACTIONS.items()})}


class PassengerDetail(DetailScreen):
    """/dispatch/passengers/<id>/ — one person on one vehicle."""

    permission = "dispatch.view"
    tabs = (
        Tab("line", _("乘车信息"), "web/sheet.html", facts),
        Tab("ticks", _("签到记录"), "dispatch/ticks.html", ticks),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("dispatch:passengers"), _("乘车人"))

    def rows(self, user):
        """Passengers the user sees."""
        return Passenger.objects.visible_to(user).select_related("trip__batch", "worker", "employer")

    def header(self, thing):
        """Who, on which vehicle, how far."""
        words = [BOARDED_BADGES[thing.boarded], ARRIVED_BADGES[thing.arrived], OUTCOME_BADGES[thing.outcome]]
        if thing.at_post_on:
            words = [(_("已到岗"), "green"), OUTCOME_BADGES[thing.outcome]]
        state, colour = next(word for word in reversed(words) if word[0])
        shown = (
            Fact(_("车次"), thing.trip.vehicle, url=reverse("dispatch:trip", args=[thing.trip_id])),
            Fact(
                _("身份证号码"),
                thing.worker.id_number,
                mask="id",
                reveal="workers.worker.id_number",
                pk=thing.worker_id,
            ),
            Fact(_("个人档案"), thing.worker.name, url=reverse("workers:detail", args=[thing.worker_id])),
        )
        board = f"{reverse('dispatch:board', args=[thing.trip_id])}?q={thing.worker.id_last4}"
        step = "post" if thing.arrived else "arrive" if thing.boarded else "board"
        edit = reverse("dispatch:edit_passenger", args=[thing.pk])
        menu = (
            Action(_("修改"), edit, permission="dispatch.edit", icon="pencil"),
            Action(
                _("从名单中删除"),
                reverse("dispatch:remove_passenger", args=[thing.pk]),
                method="post",
                permission="dispatch.edit",
                icon="trash",
                confirm=_("确定从这个车次的名单中删除此人？"),
                refused=_("已签到，不能删除") if thing.boarded else "",
            ),
        )
        primary = Action(_("登记乘车情况"), f"{board}&step={step}", permission="dispatch.board", icon="user-check")
        return Header(thing.worker.name, facts=shown, state=state, state_colour=colour, primary=primary, menu=menu)


class AddPassenger(FormScreen):
    """/dispatch/trips/<id>/passengers/new/ — put a person on the roster."""

    permission = "dispatch.edit"
    form_class = NewPassengerForm
    next_record = True
    carried = ("boarding_point", "destination_code", "employer", "job_title")

    def fetch(self, *, lock=False, **key):
        """The vehicle, 404 for one the user does not see; no record is edited."""
        self.trip = visible_trip(self.user, key["pk"])

    def heading(self, thing):
        """For which vehicle."""
        return __("报名：%(name)s") % {"name": self.trip.vehicle}

    def save(self, form, thing):
        """Give the person a place."""
        facts = form.facts(thing)
        worker_id = int(form.cleaned_data["worker"])
        return services.register_passenger(user=self.user, trip=self.trip, worker_id=worker_id, facts=facts)

    def success_url(self, saved):
        """The vehicle."""
        return reverse("dispatch:trip", args=[saved.trip_id])

    def leave_url(self, thing):
        """The vehicle."""
        return reverse("dispatch:trip", args=[self.trip.pk])


class EditPassenger(FormScreen):
    """/dispatch/passengers/<id>/edit/ — correct a line of a roster."""

    permission = "dispatch.edit"
    form_class = PassengerForm

    def rows(self, user):
        """Passengers the user sees."""
        return Passenger.objects.visible_to(user).select_related("trip", "worker")

    def initial(self, thing):
        """The line as it is; telephones masked."""
        return initial_of_passenger(thing)

    def heading(self, thing):
        """Whose line."""
        return __("修改乘车信息：%(name)s") % {"name": thing.worker.name}

    def save(self, form, thing):
        """Keep the correction."""
        return services.change_passenger(user=self.user, passenger=thing, facts=form.facts(thing))

    def success_url(self, saved):
        """The passenger."""
        return reverse("dispatch:passenger", args=[saved.pk])

    def leave_url(self, thing):
        """The passenger."""
        return reverse("dispatch:passenger", args=[thing.pk])


class RemovePassenger(Screen):
    """POST /dispatch/passengers/<id>/remove/ — take a person off a roster."""

    permission = "dispatch.edit"

    def post(self, request, pk):
        """To the vehicle; a refusal is said on the passenger's page."""
        row = Passenger.objects.visible_to(self.user).select_related("trip", "worker").filter(pk=pk).first()
        if row is None:
            raise Http404
        try:
            services.remove_passenger(user=self.user, passenger=row)
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, reverse("dispatch:passenger", args=[pk]))
        messages.success(request, __("已将%(name)s从名单中删除。") % {"name": row.worker.name})
        return go_to(request, reverse("dispatch:trip", args=[row.trip_id]))


class ReportForWork(FormScreen):
    """/dispatch/report/?ids= — the day the chosen passengers of any vehicles reported for work."""

    title = _("登记到岗")
    permission = "dispatch.board"
    form_class = ReportForm

    def initial(self, thing):
        """Today."""
        return {"day": timezone.localdate()}

    def heading(self, thing):
        """For how many."""
        return __("登记到岗：%(n)d人") % {"n": len(self.chosen())}

    def chosen(self):
        """The passengers named in the address, of those the user sees."""
        ids = [
            one
            for one in self.request.GET.get("ids", "").split(",")
            if one.isascii() and one.isdigit() and len(one) <= LONGEST_ID
        ]
        rows = Passenger.objects.visible_to(self.user).filter(pk__in=ids).select_related("trip")
        return list(rows.order_by("trip_id", "pk"))

    @transaction.atomic
    def save(self, form, thing):
        """Vehicle by vehicle; all or nobody."""
        changed, chosen = 0, self.chosen()
        if not chosen:
            raise DomainError("passengers", __("请先在乘车人列表中选择。"))
        for trip, rows in groupby(chosen, key=lambda row: row.trip):
            ids = [row.pk for row in rows]
            day = form.cleaned_data["day"]
            changed += services.report_for_work(user=self.user, trip=trip, passenger_ids=ids, day=day)
        return changed

    def success_message(self, saved):
        """How many."""
        return __("已登记%(n)d人到岗。") % {"n": saved}

    def success_url(self, saved):
        """The list."""
        return reverse("dispatch:passengers")

    def leave_url(self, thing):
        """The list."""
        return reverse("dispatch:passengers")
