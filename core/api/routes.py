"""Which endpoints there are: every installed app brings its own in ``api.py`` as ``routes``, a list of ``path()``."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver


def route_modules() -> list[str]:
    """Dotted names of the modules that may declare routes, in the order of INSTALLED_APPS."""
    candidates = [f"{config.name}.api" for config in apps.get_app_configs()]
    return [name for name in candidates if find_spec(name) is not None]


def discovered() -> list[URLPattern | URLResolver]:
    """Every declared route; two modules that claim the same address raise ValueError when the program starts."""
    routes: list[URLPattern | URLResolver] = []
    taken: dict[str, str] = {}
    for name in route_modules():
        for route in getattr(import_module(name), "routes", []):
            address = str(route.pattern)
            if address in taken:
                message = f"API address {address!r} is declared by {taken[address]} and {name}"
                raise ValueError(message)
            taken[address] = name
            routes.append(route)
    return routes
