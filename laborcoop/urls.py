"""Where each room's pages hang."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from employment.market.views.public import Robots
from laborcoop.health import health

ROOMS = [
    ("", "core.web.urls"),
    ("account/", "core.accounts.urls"),
    ("jobs/", "core.jobs.urls"),
    ("", "core.workbooks.urls"),
    ("statistics/", "core.indicators.urls"),
    ("workers/comparisons/", "workers.comparisons.urls"),
    ("workers/doubles/", "workers.doubles.urls"),
    ("workers/surveys/", "workers.surveys.urls"),
    ("workers/skills/", "workers.skills.urls"),
    ("workers/households/", "workers.households.urls"),
    ("workers/", "workers.urls"),
    ("employment/", "employment.urls"),
    ("vacancies/", "employment.market.public_urls"),
    ("dispatch/", "dispatch.urls"),
    ("stations/", "stations.urls"),
    ("reports/", "reports.urls"),
    ("api/v1/", "core.api.urls"),
]


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health),
    path("robots.txt", Robots.as_view(), name="robots"),
    *[path(prefix, include(module)) for prefix, module in ROOMS if _exists(module)],
    path("i18n/", include("django.conf.urls.i18n")),
]
