"""What workplaces, brands and returns bring to the frame: menu, search, to-dos, where a contradiction is mended."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.queries import names_of
from core.web import screens
from core.web.screens import Hit, MenuEntry, SearchSource, Todo, TodoRow
from employment.contradictions import Fact
from employment.evidence import register_page
from employment.models import Workplace
from employment.places import file_tab
from employment.places.filters import workplace_called
from employment.places.queries import applying, to_review
from employment.places.tables import placement_url

VIEW = "employment.view"


def find_workplaces(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box."""
    rows = Workplace.objects.visible_to(user).filter(workplace_called(text)).order_by("name", "pk")
    found = list(rows.values_list("pk", "name", "kind", "township_code")[:limit])
    names = names_of({township for *_rest, township in found})
    return [
        Hit(name, reverse("employment:workplace", args=[pk]), f"{kind} {names.get(township, '')}")
        for pk, name, kind, township in found
    ]


def reviews_due(user: User) -> Iterable[TodoRow]:
    """Workplaces of the user to recognise and to look at."""
    waiting = Workplace.objects.visible_to(user).filter(applying()).count()
    where = f"{reverse('employment:workplaces')}?applying=true"
    yield TodoRow(__("载体认定"), waiting, where, __("已申报、等待核查、公示或认定的载体"))
    count = to_review(user, localdate()).count()
    yield TodoRow(__("载体年检"), count, reverse("employment:reviews"), __("该年检、年检逾期和整改待复查的载体"))


def worker_file(worker_id: int) -> str:
    """Where 就业状态 is corrected."""
    return reverse("workers:detail", args=[worker_id])


def return_url(return_id: int) -> str:
    """Where a return is corrected."""
    return reverse("employment:returnee", args=[return_id])


def register() -> None:
    """Register them."""
    file_tab.register()
    for kind, url in ((Fact.STAFF, placement_url), (Fact.RETURN, return_url), (Fact.STATUS, worker_file)):
        register_page(kind.value, url)
    entries = (
        (_("就业载体"), "employment:workplaces", "building-warehouse", 70),
        (_("劳务品牌"), "employment:brands", "certificate", 75),
        (_("返乡监测"), "employment:returnees", "home", 80),
    )
    for label, url_name, icon, order in entries:
        screens.register(
            MenuEntry(section="employment", label=label, url_name=url_name, permission=VIEW, icon=icon, order=order)
        )
    screens.register(
        SearchSource(
            name="workplaces",
            label=_("就业载体"),
            search=find_workplaces,
            permission=VIEW,
            icon="building-warehouse",
            order=45,
            list_url_name="employment:workplaces",
        )
    )
    screens.register(Todo(name="workplace reviews", source=reviews_due, permission="employment.edit", order=35))
