"""The tabs of an organiser's page: its own, and those that the apps above add without this one knowing them."""

from dataclasses import dataclass

from core.web.details import Tab


@dataclass(frozen=True, kw_only=True)
class OrganiserTab:
    """A tab; lower ``order`` stands further left (own ones: 10, 20, 80, 90)."""

    tab: Tab
    order: int = 50


_tabs: dict[str, OrganiserTab] = {}


def register_tab(added: OrganiserTab) -> None:
    """Add a tab, from the app's ``screens.py``; the same name replaces."""
    _tabs[added.tab.name] = added


def tabs() -> list[Tab]:
    """All tabs in their order."""
    return [added.tab for added in sorted(_tabs.values(), key=lambda added: added.order)]
