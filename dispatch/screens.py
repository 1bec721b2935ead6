"""What organised journeys bring to the frame: menu, search, to-dos, what happened to a person."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import NotFound
from core.web.screens import Hit, MenuEntry, Reveal, SearchSource, Todo, TodoRow, register
from dispatch.filters import trip_called
from dispatch.models import Passenger, Trip
from dispatch.queries import POST_WITHIN, SOON, departing, overdue
from employment.evidence import register_page
from employment.queries import place_names
from employment.spells import Source
from workers.dossier import Happening, HappeningSource, register_happenings
from workers.models import Worker

VIEW = "dispatch.view"


def find_trips(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box, the latest first."""
    rows = (
        Trip.objects.visible_to(user).filter(trip_called(text)).select_related("batch").order_by("-departs_at", "-pk")
    )
    return [
        Hit(
            trip.vehicle,
            reverse("dispatch:trip", args=[trip.pk]),
            f"{timezone.localtime(trip.departs_at):%Y-%m-%d} {trip.batch.name}",
        )
        for trip in rows[:limit]
    ]


def soon(user: User) -> Iterable[TodoRow]:
    """Vehicles that leave within three days."""
    today = timezone.localdate()
    url = f"{reverse('dispatch:trips')}?departs_at_after={today}&departs_at_before={today + SOON}"
    yield TodoRow(__("三天内出发的车次"), departing(user).count(), url, __("核对花名册，发送行前提醒"))


def not_at_post(user: User) -> Iterable[TodoRow]:
    """People on the way for more than a week whose 到岗 nobody told."""
    count = Passenger.objects.visible_to(user).filter(overdue()).count()
    url = f"{reverse('dispatch:passengers')}?waiting={POST_WITHIN.days}"
    yield TodoRow(__("登记到岗"), count, url, __("出发超过7天还没有到岗日期"), urgent=True)


def happenings(worker: Worker, user: User) -> Iterable[Happening]:
    """The journeys of a person."""
    rows = Passenger.objects.visible_to(user).filter(worker=worker).select_related("trip")
    found: list[Any] = list(rows)
    places = place_names({row.destination_code or row.trip.destination_code for row in found})
    for row in found:
        where = places.get(row.destination_code or row.trip.destination_code, "")
        state = __("未到") if row.boarded is False else row.get_outcome_display()
        words = " ".join(word for word in (row.trip.vehicle, where, state) if word)
        left = timezone.localtime(row.trip.departs_at).date()
        yield Happening(on=left, title=_("组织输出"), text=words, url=reverse("dispatch:passenger", args=[row.pk]))
        if row.at_post_on:
            yield Happening(on=row.at_post_on, title=_("到岗"), text=where)


def passenger_phone(field: str) -> Any:  # noqa: ANN401 - what ``Reveal`` takes
    """Reads one telephone of a roster in full; 404 outside the scope."""

    def fetch(user: User, pk: int) -> str:
        found = Passenger.objects.visible_to(user).filter(pk=pk).values_list(field, flat=True).first()
        if found is None:
            raise NotFound("passenger", "没有这个乘车人。")
        return str(found)

    return fetch


register_page(Source.TRIP, lambda passenger_id: reverse("dispatch:passenger", args=[passenger_id]))
register_happenings(HappeningSource(name="dispatch", find=happenings, permission=VIEW))
register(
    MenuEntry(section="dispatch", label=_("车次"), url_name="dispatch:trips", permission=VIEW, icon="bus", order=10)
)
register(
    MenuEntry(section="dispatch", label=_("批次"), url_name="dispatch:batches", permission=VIEW, icon="route", order=20)
)
register(
    MenuEntry(
        section="dispatch",
        label=_("乘车人"),
        url_name="dispatch:passengers",
        permission=VIEW,
        icon="users-group",
        order=30,
    )
)
register(
    MenuEntry(
        section="dispatch",
        label=_("近日车次"),
        url_name="dispatch:today",
        permission="dispatch.board",
        icon="user-check",
        order=40,
        phone=20,
        phone_label=_("车次"),
        phone_roles=frozenset({"dispatch_officer", "county_admin", "township_officer"}),
    )
)
register(
    SearchSource(
        name="trips",
        label=_("车次"),
        search=find_trips,
        permission=VIEW,
        icon="bus",
        order=30,
        list_url_name="dispatch:trips",
    )
)
register(Todo(name="departing", source=soon, permission="dispatch.board", order=10))
register(Todo(name="not at post", source=not_at_post, permission="dispatch.board", order=20))
register(Reveal(name="dispatch.passenger.phone", permission="workers.reveal.phone", fetch=passenger_phone("phone")))
register(
    Reveal(
        name="dispatch.passenger.emergency_phone",
        permission="workers.reveal.phone",
        fetch=passenger_phone("emergency_phone"),
    )
)
