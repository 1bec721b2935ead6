"""At the coach door: big targets, a search by name or the last four, one tap a person. Also at arrival and at the post."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.web.base import Screen, may_send_again
from core.web.htmx import go_to, render_part
from core.web.sought import sought
from dispatch import services
from dispatch.models import Passenger, Trip
from dispatch.queries import Stage, tallies, tally_of
from dispatch.tables import OUTCOME_BADGES, STAGE_BADGES
from dispatch.views.passengers import visible_trip
from dispatch.views.trips import _day
from employment.filters import of_person
from employment.queries import place_names
from employment.tables import add_homes

MOST_SHOWN = 60
AROUND = timedelta(days=3)
STEPS = {
    "board": (_("上车签到"), Q(), "boarded"),
    "arrive": (_("到达签收"), Q(boarded=True), "arrived"),
    "post": (_("登记到岗"), Q(boarded=True), "at_post_on"),
}
FIELDS = (
    "pk", "seat", "worker__name", "worker__id_last4", "worker__village_code", "employer__name", "boarding_point", "boarded", "arrived",
    "at_post_on", "outcome",
)  # fmt: skip


def step_of(query):
    """The asked step; the first where there is no such step."""
    asked = query.get("step", "")
    return asked if asked in STEPS else "board"


def people(user, trip, step, text):
    """Those the step is about: who is still to be done first, then by seat."""
    _label, condition, done = STEPS[step]
    rows = Passenger.objects.visible_to(user).filter(condition, trip=trip)
    if text:
        rows = rows.filter(of_person(text) | Q(seat=text) | Q(worker__name__contains=text))
    undone = Q(**{f"{done}__isnull": True}) & Q(outcome="")
    found = list(rows.filter(undone).order_by("seat_length", "seat", "pk").values(*FIELDS)[:MOST_SHOWN])
    found += list(rows.exclude(undone).order_by("seat_length", "seat", "pk").values(*FIELDS)[: MOST_SHOWN - len(found)])
    return dressed(found, step)


def dressed(rows, step):
    """Rows ready for their cards."""
    add_homes(rows)
    done = STEPS[step][2]
    for row in rows:
        row["home"] = " ".join(row["homes"].get(row["worker__village_code"], ()))
        row["done"] = bool(row[done])
        row["absent"] = step == "board" and row["boarded"] is False
        row["said"] = OUTCOME_BADGES[row["outcome"]][0]
        row["ref"] = uuid4()
    return rows


class Board(Screen):
    """/dispatch/trips/<id>/board/?step=board|arrive|post&q= — tick people off."""

    permission = "dispatch.board"

    def get(self, request, pk):
        """The page, or the cards alone (htmx)."""
        trip = visible_trip(self.user, pk)
        step, text = step_of(request.GET), sought(request)
        rows, tally = people(self.user, trip, step, text), tally_of(self.user, trip)
        context = {
            "trip": trip,
            "title": trip.vehicle,
            "step": step,
            "steps": [(name, label, name == step) for name, (label, _condition, _done) in STEPS.items()],
            "q": text,
            "rows": rows,
            "cut": len(rows) >= MOST_SHOWN,
            "tally": tally,
            "unsigned": (tally.registered - tally.boarded - tally.absent) if tally.boarded else 0,
            "place": place_names([trip.destination_code]).get(trip.destination_code, ""),
            "today": timezone.localdate(),
        }
        return render_part(request, "dispatch/board.html", {"people": "dispatch/board_people.html"}, context)


class BoardOne(Screen):
    """POST /dispatch/trips/<id>/board/<passenger>/ — one tap."""

    permission = "dispatch.board"

    def post(self, request, pk, passenger):
        """The person's card as it stands now, and the counts; without htmx back to the page."""
        trip = visible_trip(self.user, pk)
        step = step_of(request.POST)
        back = f"{reverse('dispatch:board', args=[pk])}?step={step}&q={request.POST.get('q', '')}"
        try:
            self.act(trip, passenger, step, request.POST)
        except DomainError as error:
            if may_send_again(request, error):
                raise
            if request.headers.get("HX-Request") == "true":
                return HttpResponse(error.message, status=422, content_type="text/plain; charset=utf-8")
            messages.error(request, error.message)
            return go_to(request, back)
        if request.headers.get("HX-Request") != "true":
            return go_to(request, back)
        rows = list(Passenger.objects.visible_to(self.user).filter(pk=passenger, trip=trip).values(*FIELDS))
        if not rows:
            raise Http404
        [row] = dressed(rows, step)
        context = {"trip": trip, "row": row, "step": step, "tally": tally_of(self.user, trip), "fragment": True}
        return render(request, "dispatch/board_card.html", context)

    def act(self, trip, passenger, step, posted):
        """Do, or take back, what the step is about."""
        undo = posted.get("undo") == "1"
        chosen = {"user": self.user, "trip": trip, "passenger_ids": [passenger]}
        if step == "board":
            boarded = None if undo else posted.get("absent") != "1"
            services.check_in(
                user=self.user, trip=trip, passenger_id=passenger, client_ref=_ref(posted), boarded=boarded
            )
        elif step == "arrive":
            services.sign_off(**chosen, arrived=None if undo else True)
        else:
            services.report_for_work(**chosen, day=None if undo else _day(posted))


def _ref(posted):
    try:
        return UUID(posted.get("client_ref", ""))
    except ValueError as error:
        raise DomainError("client_ref", __("请刷新页面后再试。"), "client_ref") from error


class TodaysTrips(Screen):
    """/dispatch/today/ — vehicles around today, each with its next act; made for a phone."""

    title = _("近日车次")
    permission = "dispatch.board"

    def get(self, request):
        """Those that left or leave within three days, and those still under way."""
        now = timezone.now()
        near = Trip.objects.visible_to(self.user).select_related("batch")
        near = near.filter(departs_at__gte=now - AROUND, departs_at__lt=now + AROUND).order_by("departs_at", "pk")
        trips = list(near[:MOST_SHOWN])
        counted = tallies(self.user, [trip.pk for trip in trips])
        places = place_names({trip.destination_code for trip in trips})
        cards = []
        for trip in trips:
            tally = counted.get(trip.pk)
            stage = tally.stage(trip.departs_at) if tally else Stage.PLANNED
            step = {Stage.EN_ROUTE: "arrive", Stage.ARRIVED: "post", Stage.CLOSED: "post"}.get(stage, "board")
            url = f"{reverse('dispatch:board', args=[trip.pk])}?step={step}"
            cards.append(
                {
                    "trip": trip,
                    "tally": tally,
                    "stage": STAGE_BADGES[stage],
                    "place": places.get(trip.destination_code, ""),
                    "url": url,
                    "step": STEPS[step][0],
                }
            )
        return render(request, "dispatch/today.html", {"title": self.title, "cards": cards})
