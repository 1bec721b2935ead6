"""Filters by a fact that is so or is not offer those two, and nothing that cannot be."""

import pytest
from django.test import Client
from django_filters import BooleanFilter, FilterSet

from core.workbooks.exports import create_export
from core.workbooks.models import Export
from tests.people import client_for, county_clerk
from tests.web.reading import page


def below(kind):
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_no_filter_of_the_site_offers_what_a_column_cannot_hold(db):
    Client().get("/")  # the routes and with them every app's filters are read
    found = {kind for kind in below(FilterSet) if not kind.__module__.startswith("tests.")}
    assert len(found) > 8
    three = {
        f"{kind.__name__}.{name}"
        for kind in found
        for name, one in kind.base_filters.items()
        if isinstance(one, BooleanFilter)
    }
    assert three == set()


@pytest.mark.django_db
def test_exports_are_narrowed_to_those_with_or_without_the_full_identity():
    clerk = county_clerk()
    for purpose in ("", "核对"):
        export = create_export(user=clerk, kind="employers", query={}, purpose=purpose)
        Export.objects.filter(pk=export.pk).update(full_identity=bool(purpose), title=purpose or "月报")
    browser = client_for(clerk)
    choices = page(browser.get("/exports/")).one("select", name="full_identity").all("option")
    assert [(option.attrs["value"], option.text) for option in choices][1:] == [("true", "是"), ("false", "否")]
    shown = [
        [word for word in ("月报", "核对") if word in browser.get(f"/exports/?full_identity={value}").content.decode()]
        for value in ("true", "false")
    ]
    assert shown == [["核对"], ["月报"]]
