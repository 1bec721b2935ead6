"""Reading about one person before asking them: where they work, what they said last, how to reach them."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from core.accounts.models import User
from core.web.lists.paging import Keyset
from dispatch.models import Passenger
from employment.models import Spell
from employment.queries import covering
from stations.models import Visit
from workers.models import Worker
from workers.queries import area_of, finder, meanings, searched


def number_to_call(worker: str, registered: str) -> Coalesce:
    """Expression: the number the person left with the latest journey, else the register's, "" when neither is known.

    ``worker`` and ``registered`` are the paths to the person's id and to the register's number.
    """
    journeys = Passenger.objects.filter(worker=OuterRef(worker)).exclude(phone="").order_by("-pk")
    return Coalesce(Subquery(journeys.values("phone")[:1]), F(registered), Value(""), output_field=TextField())


def number_of(worker_id: int) -> str:
    """The number to call a person at, "" when none is known."""
    rows: QuerySet[Any, Any] = Worker.objects.filter(pk=worker_id)
    number: str | None = rows.annotate(n=number_to_call("pk", "phone")).values_list("n", flat=True).first()
    return number or ""


def whereabouts(worker: Worker, today: date) -> Spell | None:
    """The job the person has now, ``None`` when none is known."""
    rows: QuerySet[Any, Any] = Spell.objects.all()
    found: Spell | None = rows.filter(covering(today), worker=worker).select_related("employer").first()
    return found


def last_visit(worker_id: int) -> Visit | None:
    """The latest visit of a person."""
    return Visit.objects.filter(worker=worker_id).select_related("station").order_by("-visited_on", "-pk").first()


def people_to_visit(user: User, text: str, today: date, most: int) -> list[dict[str, Any]]:
    """Persons of the user's whom a search box means, with where they work now; found as the register's list finds them."""
    now = Spell.objects.filter(covering(today), worker=OuterRef("pk"))
    words = meanings(text, area_of(user))
    found = searched(Worker.objects.visible_to(user), words).annotate(
        employer_name=Subquery(now.values("employer__name")[:1])
    )
    order = Keyset(found, ("name_key",), descending=False, finder=finder(user, {}, words))
    return order.page(("pk", "name", "sex", "village_code", "employer_name"), most).rows
