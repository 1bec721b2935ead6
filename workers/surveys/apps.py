"""The app of the door-to-door survey."""

from django.apps import AppConfig

from core.accounts.roles import grant

SURVEYOR = ("surveys.view", "surveys.write")
TOWNSHIP = ("surveys.view", "surveys.check", "surveys.assign", "surveys.revisit", "surveys.write", "surveys.export")


class SurveysConfig(AppConfig):
    """The door-to-door survey: campaigns, tasks, answers, re-visits."""

    name = "workers.surveys"
    label = "surveys"
    verbose_name = "敲门行动"

    def ready(self) -> None:
        """Say who does what: the village asks, the township checks, the county runs the campaign."""
        grant("village_assistant", *SURVEYOR)
        grant("township_officer", *TOWNSHIP)
        grant("registry_officer", *TOWNSHIP, "surveys.accept", "surveys.manage")
