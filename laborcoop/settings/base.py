"""What the program consists of: apps, middleware, templates, languages, files."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from laborcoop import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(env.text("LABORCOOP_VAR", str(BASE_DIR / "var"))).absolute()

DEBUG = env.flag("DEBUG", default=False)
ROOT_DIVISION = env.division("ROOT_DIVISION", "520527")
# Seconds a process keeps the names of divisions: a list loaded beside a running site shows this much later.
DIVISION_NAMES_KEPT = 60
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

OUR_APPS = [
    "core.divisions",
    "core.accounts",
    "core.history",
    "core.jobs",
    "core.workbooks",
    "core.indicators",
    "core.web",
    "core.api",
    "core.pairs",
    "workers",
    "workers.doubles",
    "workers.comparisons",
    "workers.households",
    "workers.skills",
    "workers.surveys",
    "employment",
    "dispatch",
    "stations",
    "reports",
    "demo",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]
AUTH_USER_MODEL = "accounts.User"

MIDDLEWARE = [
    "laborcoop.proxy.client_address",
    "django.middleware.security.SecurityMiddleware",
    "core.api.middleware.ApiMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.accounts.middleware.account_rules",
    "core.web.sought.sealed_numbers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "laborcoop.urls"
WSGI_APPLICATION = "laborcoop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["laborcoop.formats"]

# The choice of a filter that narrows nothing.
FILTERS_EMPTY_CHOICE_LABEL = _("全部")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Uploaded rosters and finished workbooks hold personal data: nobody but the server's own account may read them.
MEDIA_ROOT = VAR / "files"
UPLOADS_DIR = MEDIA_ROOT / "uploads"
RESULTS_DIR = MEDIA_ROOT / "results"
MOST_UPLOAD_BYTES = 100 * 1024 * 1024
# A roster stops to be looked at when at least so many of its new people, and that share of them, look registered already.
IMPORT_DOUBLES_LEAST = env.integer("IMPORT_DOUBLES_LEAST", 20, least=1, most=1_000_000)
IMPORT_DOUBLES_PERCENT = env.integer("IMPORT_DOUBLES_PERCENT", 10, least=1, most=100)
FILE_UPLOAD_HANDLERS = [
    "core.workbooks.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# "Select all that match" posts a filter, not the rows; a page of the largest list has 500 of them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Beat asks every few seconds whether a run was abandoned; three lines for each would bury everything else.
    "loggers": {name: {"level": "WARNING"} for name in ("celery.beat", "celery.app.trace", "celery.worker.strategy")},
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", "INFO", among=LOG_LEVELS)},
}
