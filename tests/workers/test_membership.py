"""What the database itself keeps of people, households and tags, attacked directly."""

from datetime import date

import pytest
from django.db import DataError, IntegrityError, transaction

from tests.racing import at_once, one_let_in
from tests.workers.checks import MAN, WOMAN
from workers.models import GroupMembership, Household, Worker

VILLAGE = "520527219200"
JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


def person(**fields):
    return Worker.objects.create(**{"name": "张国强", "id_number": MAN, "village_code": VILLAGE, **fields})


def refused_by(**fields):
    try:
        with transaction.atomic():
            person(**fields)
    except (IntegrityError, DataError) as error:
        return getattr(error.__cause__.diag, "constraint_name", "") or type(error).__name__
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"id_number": "52999919900101001x"}, "worker_id_number_shape"),
        ({"id_number": "529999199013400019"}, "DataError"),
        ({"village_code": "520527219"}, "worker_village_code_shape"),
        ({"name": ""}, "worker_has_name"),
        ({"expected_wage": -1}, "worker_expected_wage_positive"),
        ({"visited_on": JAN, "first_visited_on": FEB}, "worker_visits_in_order"),
    ],
)
def test_impossible_people_are_refused(fields, constraint):
    assert refused_by(**fields) == constraint


@pytest.mark.django_db
def test_one_person_an_id_number():
    person()
    assert refused_by(name="别人") == "worker_id_number_unique"


@pytest.mark.django_db
def test_one_household_a_head_and_group():
    Household.objects.create(village_code=VILLAGE, head_name="张老大")
    with pytest.raises(IntegrityError, match="household_unique"), transaction.atomic():
        Household.objects.create(village_code=VILLAGE, head_name="张老大", group_name="")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "constraint"),
    [
        ((None, None), (None, None), "membership"),
        ((None, None), (JAN, None), "membership_no_overlap"),
        ((JAN, FEB), (date(2024, 1, 31), MAR), "membership_no_overlap"),
        ((JAN, None), (MAR, None), "membership_no_overlap"),
        ((JAN, FEB), (FEB, MAR), None),
    ],
)
def test_tags_of_one_kind_never_overlap(first, second, constraint):
    worker = person()
    add = lambda days: GroupMembership.objects.create(  # noqa: E731 - said twice
        worker=worker, group="monitored", valid_from=days[0], valid_to=days[1]
    )
    add(first)
    if constraint is None:
        add(second)
        assert worker.memberships.count() == 2
        return
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        add(second)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"valid_from": FEB, "valid_to": FEB}, "membership_dates_in_order"),
        ({"group": "rich"}, "membership_known_group"),
    ],
)
def test_impossible_tags_are_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GroupMembership.objects.create(**{"worker": person(), "group": "monitored", **fields})


@pytest.mark.django_db
def test_sex_birth_date_and_last_four_follow_the_number():
    person()
    worker = Worker.objects.get()
    assert (worker.sex, worker.birth_date, worker.id_last4) == ("男", date(1990, 1, 1), "0019")
    Worker.objects.filter(pk=worker.pk).update(id_number=WOMAN)
    assert Worker.objects.values_list("sex", "id_last4").get() == ("女", "0027")


@pytest.mark.django_db
def test_sort_key_and_initials_follow_the_name():
    worker = person(name="单国强")
    assert (worker.name_key, worker.name_initials) == ("shan4单 guo2国 qiang2强", "sgq")
    worker.name = "张芳"
    worker.save(update_fields=["name"])
    assert Worker.objects.values_list("name_key", "name_initials").get() == ("zhang1张 fang1芳", "zf")


@pytest.mark.django_db
def test_registered_on_counts_from_the_first_visit_and_always_without_one():
    person(visited_on=FEB, first_visited_on=JAN)
    Worker.objects.create(name="王芳", id_number=WOMAN, village_code=VILLAGE)
    assert [Worker.objects.registered_on(day).count() for day in (date(2023, 12, 31), JAN)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one_tag():
    worker = person()

    def add():
        GroupMembership.objects.create(worker_id=worker.pk, group="monitored", valid_from=JAN)

    assert one_let_in(at_once(*[add] * 8))
    assert GroupMembership.objects.count() == 1
