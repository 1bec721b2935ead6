"""求职 in a person's file: where they were brought to, and which vacancies fit them."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.details import DetailScreen, Tab
from core.web.lists import Row
from employment.market.matching import fitting_vacancies, reasons_of
from employment.market.process import processes
from employment.market.tables import REASON_FIELDS, RESULT_BADGES, offered_by, wage_words
from employment.models import Referral
from employment.queries import place_names
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker

MOST_FITTING: Final = 20
FIELDS: Final = (
    "pk", "job_title", "employer__name", "place_code", "openings", "wage_from", "wage_to", "valid_until", "score",
)  # fmt: skip


def market(screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """The person's processes, and the vacancies that fit best. Three queries."""
    steps = Referral.objects.filter(worker=worker).select_related("employer", "fair")
    fitting = fitting_vacancies(screen.user, worker).order_by("-score", "-collected_on", "pk")
    rows: list[Row] = list(fitting.values(*FIELDS, *REASON_FIELDS)[:MOST_FITTING])
    places = place_names({row["place_code"] for row in rows})
    for row in rows:
        row["place"], row["wages"] = places.get(row["place_code"], ""), wage_words(row)
        row["reasons"] = reasons_of(row, wage=worker.expected_wage, offered=offered_by(row))
        row["url"] = reverse("employment:vacancy", args=[row["pk"]])
        row["refer_url"] = reverse("employment:refer", args=[row["pk"]])
    may = screen.user.can("referrals.edit")
    return {
        "worker": worker,
        "processes": [(process, *RESULT_BADGES[process.last.result]) for process in processes(steps)],
        "fitting": rows,
        "may_refer": may,
        "new_url": f"{reverse('employment:new_referral')}?worker={worker.pk}" if may else "",
    }


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """Every step towards a job."""
    for step in Referral.objects.filter(worker=worker).select_related("employer", "fair"):
        words = (step.employer.name, step.job_title, step.fair.name if step.fair else "")
        yield Happening(
            on=step.happened_on,
            title=RESULT_BADGES[step.result][0],
            text=" ".join(word for word in words if word),
            url=reverse("employment:referral", args=[step.pk]),
        )


def register() -> None:
    """Add the tab and the happenings to the person's file."""
    tab = Tab("market", _("求职"), "employment/market/person.html", market, permission="employment.view")
    register_tab(FileTab(tab=tab, order=27))
    register_happenings(HappeningSource(name="referrals", find=happenings, permission="employment.view"))


def referral_url(step_id: int) -> str:
    """Where a step of a referral is read and mended."""
    return reverse("employment:referral", args=[step_id])
