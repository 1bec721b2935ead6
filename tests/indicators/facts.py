"""A few facts written out by hand: nine people of two townships, so that every figure can be counted on the fingers."""

import datetime as dt

from core.formats.identity import make_id_number
from employment.models import DeclaredJob, Employer
from employment.rebuilding import rebuild_spells
from tests.indicators.world import load_divisions
from workers.models import GroupMembership, Worker

FAR, NEAR = "520527219201", "520527105201"
"""Villages of 古达苗族彝族乡 (the township clerk's) and of 野马川镇."""


def worker(n, village=FAR, **fields):
    """Person ``n``: odd ones are men."""
    number = make_id_number("529999", dt.date(1990, 1, 1) + dt.timedelta(days=n), n)
    return Worker.objects.create(
        name=f"某{n}", id_number=number, village_code=village, phone=f"1380000000{n}", **fields
    )


def job(person, start, place, *, end=None, channel="自主外出", employer=None):
    """A declared job, and the spells that follow from it."""
    made = DeclaredJob.objects.create(
        worker=person,
        start_on=dt.date.fromisoformat(start),
        end_on=end and dt.date.fromisoformat(end),
        place_code=place,
        channel=channel,
        employer=employer,
    )
    rebuild_spells(worker_ids=[person.id])
    return made


def small_county():
    """Six people outside the province in June 2025 (four in Guangdong), two at home, one gone home in March."""
    load_divisions()
    firm = Employer.objects.create(name="番禺电子厂", credit_code="91440113MA5ABCDE0X")
    people = [worker(n, FAR if n < 6 else NEAR) for n in range(9)]
    for person in people[:3]:
        job(person, "2025-01-10", "440113", channel="政府组织", employer=firm)
    job(people[3], "2025-02-10", "330106")
    job(people[4], "2025-01-05", "330106", end="2025-03-01")
    job(people[6], "2025-02-01", "4401")
    job(people[7], "2025-02-01", "3101", channel="劳务经纪人")
    job(people[8], "2025-02-01", "520115")
    for person in people[::2]:
        GroupMembership.objects.create(worker=person, group="lifted_poverty")
    GroupMembership.objects.create(
        worker=people[0], group="monitored", valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 6, 1)
    )
    return people
