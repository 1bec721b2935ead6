"""The app's configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from core.accounts.roles import grant


class EmploymentConfig(AppConfig):
    """Employers, evidence of work, and the job spells derived from it."""

    name = "employment"
    verbose_name = "就业"

    def ready(self) -> None:
        """Connect what the app does when Django has started."""
        autodiscover_modules("evidence")
        for role in ("registry_officer", "dispatch_officer"):
            grant(role, "vacancies.edit", "fairs.edit", "referrals.edit")
            grant(role, "brands.edit")
            grant(role, "employers.merge")
        grant("township_officer", "referrals.edit")
        grant("station_staff", "vacancies.edit", "referrals.edit")
