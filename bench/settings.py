"""Settings of the benchmark's processes: the project's own, without what is not measured."""

from laborcoop.settings import *  # noqa: F403 - the project's settings, all of them
from laborcoop.settings import LOGGING, MIDDLEWARE, STORAGES

# Pages are rendered without collectstatic having run; the address of a file costs the same.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {**LOGGING, "root": {"handlers": ["stderr"], "level": "WARNING"}}
# Nothing is served from the folder collectstatic fills, which need not be there.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
