"""What organisers bring to the frame: menu, search, choices, to-dos, their telephones, the days in a broker's file."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import NotFound
from core.web import screens
from core.web.screens import Choice, ChoiceSource, Hit, MenuEntry, Reveal, SearchSource, Todo, TodoRow
from employment.models import Organiser
from employment.organisers.filters import KIND_BADGES, LEVEL_WORDS, licence_q, organiser_called
from employment.organisers.queries import in_use
from employment.organisers.views.organisers import register_own_tabs
from employment.queries import place_names
from workers.dossier import Happening, HappeningSource, register_happenings
from workers.models import Worker

VIEW = "employment.view"


def _found(user: User, text: str, limit: int) -> list[tuple[int, str, str]]:
    rows = Organiser.objects.visible_to(user).filter(organiser_called(text)).order_by("name", "pk")
    found = list(rows.values_list("pk", "name", "kind", "place_code")[:limit])
    places = place_names({place for *_rest, place in found})
    return [(pk, name, f"{KIND_BADGES[kind][0]} {places.get(place, '')}".strip()) for pk, name, kind, place in found]


def find_organisers(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box."""
    return [Hit(name, reverse("employment:organiser", args=[pk]), hint) for pk, name, hint in _found(user, text, limit)]


def choose_organisers(user: User, text: str, limit: int) -> list[Choice]:
    """Organisers for an autocomplete field; their value is the id."""
    return [Choice(str(pk), name, hint) for pk, name, hint in _found(user, text, limit)]


def organiser_label(user: User, value: str) -> str:
    """The name of a chosen organiser, "" outside the scope."""
    if not (value.isascii() and value.isdigit()):
        return ""
    return Organiser.objects.visible_to(user).filter(pk=value).values_list("name", flat=True).first() or ""


def organiser_phone(user: User, pk: int) -> str:
    """The telephone of an organiser in full."""
    found = Organiser.objects.visible_to(user).filter(pk=pk).values_list("phone", flat=True).first()
    if found is None:
        raise NotFound("organiser", "没有这个带头人或机构。")
    return found


def licences_due(user: User) -> Iterable[TodoRow]:
    """Licences that have run out or soon will, of organisers still in use that the user looks after."""
    today = localdate()
    rows = Organiser.objects.changeable_by(user).filter(in_use(today))
    listed = f"{reverse('employment:organisers')}?current=true&licence="
    expired, due = (rows.filter(licence_q(standing, today)).count() for standing in ("expired", "due"))
    yield TodoRow(__("许可证已过期"), expired, f"{listed}expired", __("人力资源服务许可证过期的机构"), urgent=True)
    yield TodoRow(__("许可证快到期"), due, f"{listed}due", __("60天内到期的人力资源服务许可证"))


def happenings(worker: Worker, user: User) -> Iterable[Happening]:
    """The days a person was recognised as a broker, and no longer."""
    for found in Organiser.objects.visible_to(user).filter(worker=worker):
        url = reverse("employment:organiser", args=[found.pk])
        if found.recognised_on:
            yield Happening(
                on=found.recognised_on, title=_("认定为劳务经纪人"), text=str(LEVEL_WORDS.get(found.level, "")), url=url
            )
        if found.ended_on:
            yield Happening(on=found.ended_on, title=_("不再是劳务经纪人"), url=url)


def register() -> None:
    """Register them."""
    register_own_tabs()
    register_happenings(HappeningSource(name="organisers", find=happenings, permission=VIEW))
    screens.register(
        MenuEntry(
            section="employment",
            label=_("带头人和机构"),
            url_name="employment:organisers",
            permission=VIEW,
            icon="users-group",
            order=35,
        )
    )
    screens.register(
        SearchSource(
            name="organisers",
            label=_("带头人和机构"),
            search=find_organisers,
            permission=VIEW,
            icon="users-group",
            order=25,
            list_url_name="employment:organisers",
        )
    )
    screens.register(ChoiceSource(name="organisers", search=choose_organisers, label=organiser_label, permission=VIEW))
    screens.register(
        Reveal(name="employment.organiser.phone", permission="workers.reveal.phone", fetch=organiser_phone)
    )
    screens.register(Todo(name="licences", source=licences_due, permission="employment.edit", order=70))
