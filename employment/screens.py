"""What employment brings to the frame: menu, search, choices, to-dos, the tab in a person's file."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import NotFound
from core.web.screens import Choice, ChoiceSource, Hit, MenuEntry, Reveal, SearchSource, Todo, TodoRow, register
from employment import file_tab, labour
from employment.evidence import register_page
from employment.filters import employer_called
from employment.market import screens as market
from employment.models import Employer, EmployerPair, SpellTask
from employment.organisers import screens as organisers
from employment.places import screens as places
from employment.queries import place_names
from employment.spells import Source

VIEW = "employment.view"


def _found(user: User, text: str, limit: int) -> list[tuple[int, str, str]]:
    rows = Employer.objects.visible_to(user).filter(employer_called(text)).order_by("name", "pk")
    found = list(rows.values_list("pk", "name", "place_code")[:limit])
    places = place_names({place for _pk, _name, place in found if place})
    return [(pk, name, places.get(place, "")) for pk, name, place in found]


def find_employers(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box."""
    return [Hit(name, reverse("employment:employer", args=[pk]), hint) for pk, name, hint in _found(user, text, limit)]


def choose_employers(user: User, text: str, limit: int) -> list[Choice]:
    """Employers for an autocomplete field; their value is the id."""
    return [Choice(str(pk), name, hint) for pk, name, hint in _found(user, text, limit)]


def employer_label(user: User, value: str) -> str:
    """The name of a chosen employer, "" for what is none."""
    if not (value.isascii() and value.isdigit()):
        return ""
    return Employer.objects.visible_to(user).filter(pk=value).values_list("name", flat=True).first() or ""


def employer_phone(user: User, pk: int) -> str:
    """The telephone of an employer in full."""
    found = Employer.objects.visible_to(user).filter(pk=pk).values_list("phone", flat=True).first()
    if found is None:
        raise NotFound("employer", "没有这家单位。")
    return found


def open_tasks(user: User) -> Iterable[TodoRow]:
    """What the user's township has to find out."""
    count = SpellTask.objects.visible_to(user).count()
    yield TodoRow(__("核实务工情况"), count, reverse("employment:tasks"), __("台账、到岗和回访互相矛盾"))


def employers_to_decide(user: User) -> Iterable[TodoRow]:
    """Pairs of employers somebody has to judge."""
    count = EmployerPair.objects.visible_to(user).filter(state=EmployerPair.State.OPEN).count()
    yield TodoRow(__("判定疑似重复单位"), count, reverse("employment:employer_pairs"), __("同一家登记了两次的要合并"))


file_tab.register()
labour.register()
market.register()
organisers.register()
places.register()
register_page(Source.DECLARED, file_tab.job_url)
register(
    MenuEntry(
        section="employment",
        label=_("就业记录"),
        url_name="employment:spells",
        permission=VIEW,
        icon="briefcase",
        order=10,
    )
)
register(
    MenuEntry(
        section="employment",
        label=_("务工台账"),
        url_name="employment:jobs",
        permission=VIEW,
        icon="clipboard-list",
        order=20,
    )
)
register(
    MenuEntry(
        section="employment",
        label=_("用人单位"),
        url_name="employment:employers",
        permission=VIEW,
        icon="building",
        order=30,
    )
)
register(
    MenuEntry(
        section="employment",
        label=_("待核实"),
        url_name="employment:tasks",
        permission=VIEW,
        icon="alert-circle",
        order=40,
    )
)
register(
    SearchSource(
        name="employers",
        label=_("用人单位"),
        search=find_employers,
        permission=VIEW,
        icon="building",
        order=20,
        list_url_name="employment:employers",
    )
)
register(ChoiceSource(name="employers", search=choose_employers, label=employer_label, permission=VIEW))
register(Reveal(name="employment.employer.phone", permission="workers.reveal.phone", fetch=employer_phone))
register(Todo(name="spell tasks", source=open_tasks, permission="employment.edit", order=30))
register(Todo(name="employer pairs", source=employers_to_decide, permission="employment.edit", order=65))
