"""The demo county's campaigns: opened and closed by the product's own acts, what came of them invented by set-based SQL."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from core.accounts.models import User
from core.divisions.queries import children_of
from workers.surveys import services
from workers.surveys.models import Campaign
from workers.surveys.services import CampaignFacts

AUTUMN: Final = (timedelta(days=120), timedelta(days=60))
WINTER: Final = (timedelta(days=20), timedelta(days=-40))
"""How long before today the rounds begin and end."""
SURVEYORS: Final = "zoufang"

RunStep = Callable[[str, Mapping[str, str | int | date]], None]


def load_campaigns(*, root: str, today: date, run: RunStep) -> None:
    """A finished round of the demo township and a running one of the county; ``run`` runs a step of SQL with its words."""
    _surveyors(root)
    officer = User.objects.get(username="registry_officer")
    township = User.objects.get(username="township_officer").scope_division
    autumn = CampaignFacts(
        name=f"{today:%Y}年秋季季度更新",
        kind="季度更新",
        starts_on=today - AUTUMN[0],
        ends_on=today - AUTUMN[1],
        division_code=township,
    )
    winter = CampaignFacts(
        name=f"{today:%Y}年冬季全面走访",
        kind="全面走访",
        starts_on=today - WINTER[0],
        ends_on=today - WINTER[1],
        division_code=root,
    )
    finished = services.open_campaign(user=officer, facts=autumn)
    running = services.open_campaign(user=officer, facts=winter)
    words: dict[str, int | date] = {"autumn": finished.pk, "winter": running.pk, "today": today}
    run("surveys", words)
    services.close_campaign(user=officer, campaign=finished)
    Campaign.objects.filter(pk=finished.pk).update(closed_on=autumn.ends_on + timedelta(days=10))
    run("revisits", words)


def _surveyors(root: str) -> None:
    """One account a township that surveyed there; nobody can sign in with it."""
    User.objects.bulk_create(
        [
            User(
                username=f"{SURVEYORS}-{code}",
                full_name=f"{name}走访员",
                role="village_assistant",
                scope_division=code,
                password="!",  # noqa: S106 - of no password
            )
            for code, name in children_of(root)
        ],
        ignore_conflicts=True,
    )
