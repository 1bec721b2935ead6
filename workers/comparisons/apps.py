"""The app of the comparison bench."""

from django.apps import AppConfig


class ComparisonsConfig(AppConfig):
    """Lists of other systems compared with the register: differences, work-lists, what was accepted."""

    name = "workers.comparisons"
    label = "comparisons"
    verbose_name = "名单比对"
