"""What tests of stations stand on: stations, people who arrived, what became of their plan."""

from datetime import date, timedelta

from django.utils.timezone import localdate

from employment.rebuilding import rebuild_spells
from stations.employer_visits.services import EmployerVisitFacts
from stations.models import EmployerVisit, PlannedVisit, Station, Visit
from stations.services import VisitFacts
from tests import people
from tests.journeys import employer, passenger, trip, worker

TODAY = localdate()
ARRIVED = date(2025, 2, 12)
AT_WORK = "原岗位在岗"
GUANGZHOU, NINGBO = "GZ-01", "NB-01"


def station(code=GUANGZHOU, *, place="440113", area=("4401",), **fields):
    values = {"name": f"驻{code}协作站", "kind": "协作站", "opened_on": date(2023, 3, 1), **fields}
    return Station.objects.create(code=code, place_code=place, service_area=list(area), **values)


def staff(*codes):
    """Somebody of those stations, of GZ-01 when none is named."""
    codes = codes or (GUANGZHOU,)
    return people.make_user(f"zhan-{'-'.join(codes)}", "station_staff", people.COUNTY, scope_stations=list(codes))


def arrive(who=None, on=ARRIVED, *, vehicle=None, firm=None, **fields):
    """The person, who came to a post that day."""
    who = who or worker()
    coach = vehicle or trip(f"贵F{who.pk}-{on:%m%d}", batch=f"B{on:%Y%m%d}", departs=on - timedelta(days=2))
    passenger(coach, who, **{"boarded": True, "at_post_on": on, "employer": firm, "job_title": "普工", **fields})
    rebuild_spells(worker_ids=[who.pk])
    return who


def visit(who, on, status=AT_WORK, **fields):
    """A visit as a sheet would bring it."""
    made = Visit.objects.create(worker=who, visited_on=on, status=status, channel="电话", **fields)
    rebuild_spells(worker_ids=[who.pk])
    return made


def found(on=ARRIVED + timedelta(days=7), status=AT_WORK, **fields):
    """What a visit found out."""
    return VisitFacts(visited_on=on, status=status, channel="电话", **fields)


def plan(who=None):
    """(day of arrival, milestone) → visit's day, or why it is closed, or "" while it is open."""
    rows = PlannedVisit.objects.filter(worker=who) if who else PlannedVisit.objects.all()
    told = rows.order_by("arrived_on", "milestone").values_list(
        "arrived_on", "milestone", "visit__visited_on", "closed_reason"
    )
    return {(arrived, days): on or reason for arrived, days, on, reason in told}


def standing(who):
    """milestone → what became of it, of somebody who arrived once."""
    return {milestone: outcome for (_arrived, milestone), outcome in plan(who).items()}


def day(number):
    """That many days after the arrival."""
    return ARRIVED + timedelta(days=number)


def firm(name="广州甲服饰有限公司"):
    return employer(name)


def ago(days):
    return TODAY - timedelta(days=days)


def called_on(works, on, **fields):
    """A visit to an employer as a sheet would bring it."""
    return EmployerVisit.objects.create(employer=works, visited_on=on, **{"place_code": "440113", **fields})


def seen(on=TODAY, **fields):
    """What a visit to an employer found."""
    return EmployerVisitFacts(visited_on=on, **{"place_code": "440113", **fields})
