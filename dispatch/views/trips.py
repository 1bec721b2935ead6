"""One vehicle: its steps, its roster with what is done to many at once, planning it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.formats.dates import parse_date
from core.formats.faults import CellFault
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists.paging import Keyset
from core.web.lists.table import table_rows
from core.web.sought import in_address, sought
from core.web.timeline import timeline_of
from dispatch import services
from dispatch.forms import TripForm, initial_of_trip
from dispatch.models import Passenger, Trip
from dispatch.queries import POST_WITHIN, Stage, overdue, tally_of
from dispatch.tables import ROSTER_COLUMNS, STAGE_BADGES
from employment.filters import of_person
from employment.models import Organiser
from employment.queries import place_names
from employment.tables import add_homes, add_places, fields_of

PAGE, LONGEST_ID = 100, 18
STATES = {
    "": (_("全部"), Q()),
    "unsigned": (_("未签到"), Q(boarded__isnull=True)),
    "absent": (_("未到"), Q(boarded=False)),
    "boarded": (_("已签到未到达"), Q(boarded=True) & (Q(arrived__isnull=True) | Q(arrived=False)) & Q(outcome="")),
    "arrived": (_("已到达未到岗"), Q(arrived=True, at_post_on__isnull=True, outcome="")),
    "at_post": (_("已到岗"), Q(at_post_on__isnull=False)),
}
ACTIONS = {
    "dispatch.plan": _("新增"),
    "dispatch.replan": _("修改"),
    "imports.trips": _("导入出行计划"),
    "history.undo": _("撤销"),
}


def matching(screen, trip, state, text):
    """Of the vehicle's passengers those the user sees and asks for."""
    rows = Passenger.objects.visible_to(screen.user).filter(trip=trip)
    rows = rows.filter(STATES.get(state, STATES[""])[1])
    return rows.filter(of_person(text) | Q(seat=text)) if text else rows


def roster(screen, trip):
    """The roster page by page, in the order of seats."""
    query, text = screen.request.GET, sought(screen.request)
    state = query.get("state", "")
    rows = matching(screen, trip, state, text)
    page = Keyset(rows, ("seat_length", "seat"), descending=False).page(
        fields_of(ROSTER_COLUMNS), PAGE, after=query.get("after", ""), before=query.get("before", "")
    )
    add_homes(page.rows)
    add_places(page.rows, "destination_code")
    kept = QueryDict(mutable=True)
    kept.update({name: value for name in ("state", "q") if (value := query.get(name, ""))})
    kept["tab"] = "roster"
    may_board = screen.user.can("dispatch.board")
    return {
        "caption": _("乘车花名册"),
        "columns": ROSTER_COLUMNS,
        "table": table_rows(
            page.rows, ROSTER_COLUMNS, lambda row: reverse("dispatch:passenger", args=[row["pk"]]), picks=may_board
        ),
        "picks": may_board,
        "count": rows.count(),
        "next_query": f"{kept.urlencode()}&after={page.after}" if page.after else "",
        "previous_query": f"{kept.urlencode()}&before={page.before}" if page.before else "",
        "states": [(name, word, name == state) for name, (word, _condition) in STATES.items()],
        "q": text,
        "state": state,
        "today": timezone.localdate(),
        "outcomes": Passenger.Outcome.choices,
        "acts_url": reverse("dispatch:acts", args=[trip.pk]),
    }


def facts(screen, trip):
    """What was planned."""
    taker = Organiser.objects.visible_to(screen.user).filter(pk=trip.organised_by_id).first()
    return {
        "facts": (
            Fact(_("批次编号"), trip.batch.code),
            Fact(_("批次名称"), trip.batch.name, url=f"{reverse('dispatch:trips')}?batch={trip.batch.code}"),
            Fact(_("出行方式"), trip.get_mode_display()),
            Fact(_("出发时间"), trip.departs_at),
            Fact(_("出发地"), trip.from_place),
            Fact(_("目的地"), place_names([trip.destination_code]).get(trip.destination_code, "")),
            Fact(_("座位数"), trip.seats),
            Fact(
                _("组织单位"),
                trip.organiser,
                url=reverse("employment:organiser", args=[taker.pk]) if taker else "",
            ),
            Fact(_("领队"), trip.leader),
            Fact(_("领队电话"), trip.leader_phone),
        )
    }


def history(_screen, trip):
    """Who changed the plan."""
    return {"moments": timeline_of(trip, actions={name: str(word) for name, word in ACTIONS.items()})}


class TripDetail(DetailScreen):
    """/dispatch/trips/<id>/ — one vehicle."""

    permission = "dispatch.view"
    tabs = (
        Tab("roster", _("乘车花名册"), "dispatch/roster.html", roster),
        Tab("plan", _("出行计划"), "web/sheet.html", facts),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("dispatch:trips"), _("车次"))

    def rows(self, user):
        """Vehicles the user sees."""
        return Trip.objects.visible_to(user).select_related("batch")

    def header(self, thing):
        """Which vehicle, when, where to, how full; what is next."""
        self.tally = tally_of(self.user, thing)
        stage = self.tally.stage(thing.departs_at)
        word, colour = STAGE_BADGES[stage]
        shown = (
            Fact(_("出发时间"), thing.departs_at),
            Fact(_("目的地"), place_names([thing.destination_code]).get(thing.destination_code, "")),
            Fact(_("已报名 / 座位"), f"{thing.passengers.count()} / {thing.seats}"),
            Fact(_("领队"), " ".join(part for part in (thing.leader, thing.leader_phone) if part)),
        )
        return Header(
            thing.vehicle,
            facts=shown,
            state=word,
            state_colour=colour,
            primary=self.next_act(thing, stage),
            menu=self.menu_of(thing),
        )

    def next_act(self, trip, stage):
        """Register while there is time, then sign in, off, and report."""
        board = reverse("dispatch:board", args=[trip.pk])
        step, label = {
            Stage.PLANNED: ("board", _("上车签到")),
            Stage.UNSIGNED: ("board", _("上车签到")),
            Stage.EN_ROUTE: ("arrive", _("到达签收")),
            Stage.ARRIVED: ("post", _("登记到岗")),
            Stage.CLOSED: ("post", _("登记到岗")),
        }[stage]
        return Action(label, f"{board}?step={step}", permission="dispatch.board", icon="user-check")

    def menu_of(self, trip):
        """Everything else."""
        full = trip.passengers.count() >= trip.seats
        add = reverse("dispatch:add_passenger", args=[trip.pk])
        return (
            Action(
                _("报名一人"), add, permission="dispatch.edit", icon="user-plus", refused=_("座位已满") if full else ""
            ),
            Action(_("打印乘车花名册"), reverse("dispatch:manifest", args=[trip.pk]), icon="printer"),
            Action(
                _("修改车次"), reverse("dispatch:edit_trip", args=[trip.pk]), permission="dispatch.edit", icon="pencil"
            ),
            Action(
                _("删除车次"),
                reverse("dispatch:remove_trip", args=[trip.pk]),
                method="post",
                permission="dispatch.edit",
                icon="trash",
                confirm=_("确定删除这个车次？"),
                refused=_("还有乘车人，不能删除") if trip.passengers.exists() else "",
            ),
        )

    def steps(self, thing):
        """报名 → 签到 → 到达 → 到岗, with how many of how many."""
        tally, left = self.tally, thing.departs_at
        late = Passenger.objects.visible_to(self.user).filter(overdue(), trip=thing).count()
        why = __("%(n)d人出发已超过%(days)d天，还没有登记到岗") % {"n": late, "days": POST_WITHIN.days} if late else ""
        told = (
            (__("报名 %(n)d 人") % {"n": tally.registered}, tally.registered > 0, None, ""),
            (
                _ratio(__("签到"), tally.boarded, tally.registered),
                tally.boarded + tally.absent >= tally.registered > 0,
                left,
                "",
            ),
            (_ratio(__("到达"), tally.arrived, tally.boarded), tally.arrived >= tally.boarded > 0, None, ""),
            (_ratio(__("到岗"), tally.at_post, tally.boarded), tally.settled >= tally.boarded > 0, None, why),
        )
        current = next((n for n, (_label, done, _on, _why) in enumerate(told) if not done), len(told))
        return [
            Step(label, "done" if done else "current" if n == current else "todo", on=on, why=reason)
            for n, (label, done, on, reason) in enumerate(told)
        ]


def _ratio(word, part, whole):
    return f"{word} {part} / {whole}"


class TripActs(Screen):
    """POST /dispatch/trips/<id>/acts/ — what is done to the chosen passengers."""

    permission = "dispatch.board"

    def post(self, request, pk):
        """Do what ``act`` names and come back to the roster; a refusal is said on the page."""
        trip = Trip.objects.visible_to(self.user).filter(pk=pk).first()
        if trip is None:
            raise Http404
        try:
            said = self.perform(trip, request.POST)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, said)
        kept = QueryDict(mutable=True)
        asked = {"state": request.POST.get("state", ""), "q": in_address(request, request.POST.get("q", ""))}
        kept.update({name: value for name, value in asked.items() if value})
        kept["tab"] = "roster"
        return go_to(request, f"{reverse('dispatch:trip', args=[trip.pk])}?{kept.urlencode()}")

    def perform(self, trip, posted):
        """The act, and a sentence about it."""
        chosen = {"user": self.user, "trip": trip, "passenger_ids": self.chosen(trip, posted)}
        act = posted.get("act", "")
        if act in {"board", "absent", "unsign"}:
            boarded = {"board": True, "absent": False, "unsign": None}[act]
            changed = services.sign_in(**chosen, boarded=boarded)
        elif act in {"arrive", "unarrive"}:
            changed = services.sign_off(**chosen, arrived=True if act == "arrive" else None)
        elif act in {"post", "unpost"}:
            changed = services.report_for_work(**chosen, day=_day(posted) if act == "post" else None)
        elif act == "outcome":
            changed = services.set_outcome(**chosen, outcome=posted.get("outcome", ""))
        else:
            raise DomainError("act", __("没有这个操作。"))
        return __("已更新%(n)d人。") % {"n": changed}

    def chosen(self, trip, posted):
        """The ticked passengers, or all that match."""
        if posted.get("all") == "1":
            return list(
                matching(self, trip, posted.get("state", ""), posted.get("q", "").strip()).values_list("pk", flat=True)
            )
        return [int(one) for one in posted.getlist("ids") if one.isascii() and one.isdigit() and len(one) <= LONGEST_ID]


def _day(posted):
    try:
        day = parse_date(posted.get("day", ""))
    except CellFault as fault:
        raise DomainError(fault.code, f"{fault.message}。", "day") from fault
    if day is None:
        raise DomainError("required", __("请填写到岗日期。"), "day")
    return day


class TripFormScreen(FormScreen):
    """What the forms of a vehicle have in common."""

    permission = "dispatch.edit"
    form_class = TripForm

    def save(self, form, thing):
        """Keep the plan."""
        return services.save_trip(user=self.user, facts=form.facts(), trip=thing)

    def success_url(self, saved):
        """The vehicle."""
        return reverse("dispatch:trip", args=[saved.pk])


class NewTrip(TripFormScreen):
    """/dispatch/trips/new/ — plan a vehicle."""

    title = _("新增车次")
    next_record = True
    carried = ("batch_code", "batch_name", "mode", "departs_at", "from_place", "destination_code", "seats", "organiser")

    def leave_url(self, thing):
        """The list."""
        return reverse("dispatch:trips")


class EditTrip(TripFormScreen):
    """/dispatch/trips/<id>/edit/ — change the plan of a vehicle."""

    def rows(self, user):
        """Vehicles the user sees."""
        return Trip.objects.visible_to(user).select_related("batch")

    def initial(self, thing):
        """The plan as it is."""
        return initial_of_trip(thing)

    def heading(self, thing):
        """Which one."""
        return __("修改车次：%(name)s") % {"name": thing.vehicle}

    def leave_url(self, thing):
        """The vehicle."""
        return reverse("dispatch:trip", args=[thing.pk])


class RemoveTrip(Screen):
    """POST /dispatch/trips/<id>/remove/ — take a planned vehicle back."""

    permission = "dispatch.edit"

    def post(self, request, pk):
        """To the list; a refusal is said on the vehicle's page."""
        trip = Trip.objects.visible_to(self.user).filter(pk=pk).first()
        if trip is None:
            raise Http404
        try:
            services.remove_trip(user=self.user, trip=trip)
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, reverse("dispatch:trip", args=[pk]))
        messages.success(request, __("已删除车次%(name)s。") % {"name": trip.vehicle})
        return go_to(request, reverse("dispatch:trips"))
