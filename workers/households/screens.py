"""What households bring to the frame: menu, autocomplete."""

from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.screens import Choice, ChoiceSource, MenuEntry, register
from workers.households.queries import words_of
from workers.models import Household
from workers.queries import place_names


def choose_households(user: User, text: str, limit: int) -> list[Choice]:
    """Households for an autocomplete field by the head's name; their value is the id."""
    if not text.strip():
        return []
    found = Household.objects.visible_to(user).filter(head_name__startswith=text.strip())
    rows = list(found.order_by("head_name", "village_code", "pk")[:limit])
    places = place_names({row.village_code for row in rows})
    return [Choice(str(row.pk), str(row), " ".join(places[row.village_code])) for row in rows]


def household_label(user: User, value: str) -> str:
    """A chosen household with its place, "" outside the scope."""
    found = Household.objects.visible_to(user).filter(pk=value).first() if value.isascii() and value.isdigit() else None
    return words_of(found, place_names({found.village_code})) if found else ""


register(
    MenuEntry(
        section="workers",
        label=_("家庭户"),
        url_name="households:list",
        permission="workers.view",
        icon="home",
        order=15,
    )
)
register(ChoiceSource(name="households", search=choose_households, label=household_label, permission="workers.view"))
