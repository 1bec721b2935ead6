"""What the market brings to the frame: menu, search, to-dos, fields that may be opened, where a 到岗 is mended."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.errors import NotFound
from core.web import screens
from core.web.screens import Hit, MenuEntry, Reveal, SearchSource, Todo, TodoRow
from employment.evidence import register_page
from employment.market import file_tab
from employment.market.filters import fair_called, vacancy_called
from employment.market.queries import VacancyState, in_state
from employment.models import Fair, Vacancy
from employment.spells import Source

VIEW = "employment.view"


def find_vacancies(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box: open vacancies first."""
    rows = Vacancy.objects.visible_to(user).filter(vacancy_called(text)).order_by("-valid_until", "pk")
    found = rows.values_list("pk", "job_title", "employer__name")[:limit]
    return [Hit(title, reverse("employment:vacancy", args=[pk]), firm) for pk, title, firm in found]


def find_fairs(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box."""
    rows = Fair.objects.visible_to(user).filter(fair_called(text)).order_by("-held_on", "pk")
    found = rows.values_list("pk", "name", "held_on")[:limit]
    return [Hit(name, reverse("employment:fair", args=[pk]), str(day)) for pk, name, day in found]


def vacancy_phone(user: User, pk: int) -> str:
    """The telephone of a vacancy in full."""
    found = Vacancy.objects.visible_to(user).filter(pk=pk).values_list("phone", flat=True).first()
    if found is None:
        raise NotFound("vacancy", "没有这个岗位。")
    return found


def unchecked(user: User) -> Iterable[TodoRow]:
    """Vacancies whose employer nobody asked yet."""
    count = Vacancy.objects.visible_to(user).filter(in_state(VacancyState.UNCHECKED, localdate())).count()
    url = f"{reverse('employment:vacancies')}?state={VacancyState.UNCHECKED}"
    yield TodoRow(__("待核实的岗位"), count, url, __("收集后3个工作日内核实，核实后才公开"))


def register() -> None:
    """Add all of it."""
    file_tab.register()
    register_page(Source.REFERRAL, file_tab.referral_url)
    entries = (
        (_("岗位台账"), "employment:vacancies", "clipboard-list", 32),
        (pgettext_lazy("list", "招聘会"), "employment:fairs", "calendar-event", 34),
        (_("求职登记"), "employment:referrals", "send", 36),
    )
    for label, url_name, icon, order in entries:
        screens.register(
            MenuEntry(section="employment", label=label, url_name=url_name, permission=VIEW, icon=icon, order=order)
        )
    sources = (
        ("vacancies", _("岗位台账"), find_vacancies, "clipboard-list", 40),
        ("fairs", pgettext_lazy("list", "招聘会"), find_fairs, "calendar-event", 45),
    )
    for name, label, find, icon, order in sources:
        screens.register(
            SearchSource(
                name=name,
                label=label,
                search=find,
                permission=VIEW,
                icon=icon,
                order=order,
                list_url_name=f"employment:{name}",
            )
        )
    screens.register(Reveal(name="employment.vacancy.phone", permission="workers.reveal.phone", fetch=vacancy_phone))
    screens.register(Todo(name="unchecked vacancies", source=unchecked, permission="vacancies.edit", order=40))
