"""Django REST framework, its schema, and how often a program may ask."""

from laborcoop import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.BearerAuthentication",
        "core.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.RateThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.negotiation.OneFormat",
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.Json"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.Nobody"],
    "EXCEPTION_HANDLER": "core.api.errors.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    # ``?format=`` chooses a workbook or a csv in views that have them.
    "URL_FORMAT_OVERRIDE": None,
}

# Requests a minute by token, else by user, else by address; 0 means no limit.
API_RATES = {
    "default": env.integer("API_RATE", 600, least=0, most=1_000_000),
    # Dashboards and other offices' programs poll them; an answer costs little.
    "statistics": env.integer("API_STATISTICS_RATE", 600_000, least=0, most=10_000_000),
    # The public job page, by address: a household or an office behind one of them looks through many.
    "public": env.integer("PUBLIC_RATE", 120, least=0, most=1_000_000),
    # A file is much work; a program that hands in a folder of them is still let through.
    "imports": env.integer("API_IMPORT_RATE", 300, least=0, most=1_000_000),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "laborcoop API",
    "DESCRIPTION": "东西部劳务协作平台的统计、导入和业务数据接口。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.add_refusals",
    ],
}
