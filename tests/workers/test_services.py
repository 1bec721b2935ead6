"""Acts on the registry: what they keep, what they refuse and at which field, what history remembers."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from core.errors import DomainError
from core.history.queries import changes_of
from tests.people import OTHER_TOWNSHIP, county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, WOMAN
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import Household, Worker

pytestmark = pytest.mark.django_db
FACTS = {"name": "张国强", "village_code": "520527219200"}


@pytest.fixture(autouse=True)
def divisions(db):
    store_divisions()


@pytest.fixture
def worker():
    return services.register_worker(user=county_clerk(), id_number=MAN, facts={**FACTS, "phone": "13800000001"})


def refused(act, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        act(*args, **kwargs)
    return error.value.code, error.value.field


def test_registers_a_person_with_household_and_first_visit():
    facts = {**FACTS, "name": "张 国 强", "head_name": "张老大", "group_name": "3组", "visited_on": date(2025, 3, 1)}
    worker = services.register_worker(user=county_clerk(), id_number=f" {WOMAN.lower()} ", facts=facts)
    worker.refresh_from_db()
    assert (worker.name, worker.id_number, worker.sex, worker.first_visited_on) == (
        "张国强",
        WOMAN,
        "女",
        date(2025, 3, 1),
    )
    assert Household.objects.values_list("village_code", "group_name", "head_name").get() == (
        "520527219200",
        "3组",
        "张老大",
    )


@pytest.mark.parametrize(
    ("number", "facts", "refusal"),
    [
        (MAN[:17] + "1", {}, ("id_checksum", "id_number")),
        ("", {}, ("required", "id_number")),
        (MAN, {"name": "12"}, ("name_missing", "name")),
        (MAN, {"village_code": ""}, ("required", "village_code")),
        (MAN, {"village_code": "520527219"}, ("division_unknown", "village_code")),
        (MAN, {"village_code": "520527219999"}, ("division_unknown", "village_code")),
        (MAN, {"village_code": "522731100001"}, ("out_of_scope", "village_code")),
        (MAN, {"id_last4": "0000"}, ("field", "id_last4")),
    ],
)
def test_refuses_to_register(number, facts, refusal):
    found = refused(services.register_worker, user=county_clerk(), id_number=number, facts={**FACTS, **facts})
    assert (found, Worker.objects.count()) == (refusal, 0)


def test_a_number_is_registered_once_and_a_stranger_is_not_named(worker):
    again = {"id_number": MAN, "facts": {"name": "别人", "village_code": "520527105200"}}
    with pytest.raises(DomainError, match="张国强") as seen:
        services.register_worker(user=county_clerk(), **again)
    other = with_role("township_officer", "520527105")
    with pytest.raises(DomainError) as unseen:
        services.register_worker(user=other, **again)
    assert (seen.value.field, unseen.value.field, "张国强" in unseen.value.message) == ("id_number", "id_number", False)


def test_registering_is_a_permission():
    village = with_role("village_assistant", "520527219200")
    assert refused(services.register_worker, user=village, id_number=MAN, facts=FACTS) == ("forbidden", None)


def test_change_keeps_what_is_not_named_and_writes_history(worker):
    services.change_worker(user=county_clerk(), worker=worker, facts={"labour_status": "未就业"}, reason="电话核实")
    worker.refresh_from_db()
    assert (worker.phone, worker.labour_status) == ("13800000001", "未就业")
    change = changes_of(worker)[0]
    assert (change.action, change.reason, change.user, change.fields) == (
        "workers.edit",
        "电话核实",
        "县管理员",
        (("labour_status", None, "未就业"), ("visited_on", None, localdate().isoformat())),
    )


def test_earlier_visit_moves_the_first_visit_back(worker):
    for day, first in (
        (date(2025, 3, 1), date(2025, 3, 1)),
        (date(2025, 5, 1), date(2025, 3, 1)),
        (date(2025, 1, 1), date(2025, 1, 1)),
    ):
        services.change_worker(user=county_clerk(), worker=worker, facts={"visited_on": day})
        worker.refresh_from_db()
        assert (worker.visited_on, worker.first_visited_on) == (day, first)


def test_officer_cannot_move_a_person_out_of_their_township(worker):
    move = {"worker": worker, "facts": {"village_code": "520527105200"}}
    assert refused(services.change_worker, user=township_clerk(), **move) == ("out_of_scope", "village_code")
    services.change_worker(user=county_clerk(), **move)
    assert Worker.objects.get().village_code == "520527105200"


def test_every_act_asks_who_acts_and_for_whom(worker):
    """A page looks first; the act does not rely on it."""
    tag = services.add_tag(user=county_clerk(), worker=worker, group="monitored", valid_from=date(2022, 1, 1))
    day = date(2023, 1, 1)
    acts = {
        "worker": lambda user: refused(services.change_worker, user=user, worker=worker, facts={"note": "改"}),
        # Taking somebody of another township into one's own is no way around it.
        "taken": lambda user: refused(
            services.change_worker, user=user, worker=worker, facts={"village_code": "520527105200"}
        ),
        "added": lambda user: refused(services.add_tag, user=user, worker=worker, group="disabled", valid_from=day),
        "ended": lambda user: refused(services.end_tag, user=user, tag=tag, on=day),
        "mended": lambda user: refused(services.correct_tag, user=user, tag=tag, facts={}, reason="改"),
        "removed": lambda user: refused(services.remove_tag, user=user, tag=tag, reason="删"),
        "opened": lambda user: refused(services.register_worker, user=user, id_number=WOMAN, facts=FACTS),
    }
    unseen = {
        "worker": ("worker", None), "taken": ("worker", None), "added": ("worker", None), "ended": ("gone", None),
        "mended": ("gone", None), "removed": ("gone", None), "opened": ("out_of_scope", "village_code"),
    }  # fmt: skip
    elsewhere = with_role("township_officer", OTHER_TOWNSHIP)
    for user in (elsewhere, stranger()):
        assert {name: act(user) for name, act in acts.items()} == unseen
    for user in (with_role("auditor"), with_role("auditor", is_active=False)):
        assert {name: act(user) for name, act in acts.items()} == dict.fromkeys(acts, ("forbidden", None))
    assert (Worker.objects.count(), changes_of(worker)[0].action, changes_of(tag)[0].action) == (
        1, "workers.register", "workers.add_tag",
    )  # fmt: skip
    services.change_worker(user=county_clerk(), worker=worker, facts={"note": "县里改的"})
    services.change_worker(user=township_clerk(), worker=worker, facts={"note": "本乡镇改的"})
    assert Worker.objects.get().note == "本乡镇改的"


def test_tags_are_dated_and_replace_the_undated(worker):
    worker.memberships.create(group="monitored")
    clerk = county_clerk()
    tag = services.add_tag(user=clerk, worker=worker, group="monitored", valid_from=date(2022, 1, 1))
    assert list(worker.memberships.values_list("valid_from", "valid_to")) == [(date(2022, 1, 1), None)]
    services.end_tag(user=clerk, tag=tag, on=date(2023, 1, 1))
    services.add_tag(user=clerk, worker=worker, group="monitored", valid_from=date(2023, 1, 1))
    assert [
        worker.memberships.on(day).count() for day in (date(2021, 12, 31), date(2022, 12, 31), date(2023, 1, 1))
    ] == [0, 1, 1]


@pytest.mark.parametrize(
    ("tag", "refusal"),
    [
        ({"valid_from": date(2022, 6, 1)}, ("overlap", "valid_from")),
        ({"valid_from": date(2021, 1, 1)}, ("overlap", "valid_from")),
        ({"valid_from": date(2021, 1, 1), "valid_to": date(2022, 1, 2)}, ("overlap", "valid_from")),
        ({"valid_from": date(2021, 1, 1), "valid_to": date(2021, 1, 1)}, ("date", "valid_to")),
        ({"valid_from": date(2021, 1, 1), "group": "rich"}, ("choice", "group")),
    ],
)
def test_tags_that_cannot_be(worker, tag, refusal):
    clerk = county_clerk()
    services.add_tag(user=clerk, worker=worker, group="monitored", valid_from=date(2022, 1, 1))
    given = {"user": clerk, "worker": worker, "group": "monitored", **tag}
    assert refused(services.add_tag, **given) == refusal
    assert worker.memberships.count() == 1


def test_tag_cannot_end_before_it_began(worker):
    clerk = county_clerk()
    tag = services.add_tag(user=clerk, worker=worker, group="disabled", valid_from=date(2022, 1, 1))
    assert refused(services.end_tag, user=clerk, tag=tag, on=date(2022, 1, 1)) == ("date", "on")
