"""What tests of the survey stand on: households of a village, a campaign over them, what was said at the door."""

from datetime import timedelta

from django.utils.timezone import localdate

from core.divisions.models import Division
from tests import people
from tests.journeys import VILLAGE, place_divisions, worker
from workers.models import Household
from workers.services import change_worker
from workers.surveys import queries, services
from workers.surveys.models import Campaign, Survey, VisitTask
from workers.surveys.services import CampaignFacts, DoorFacts, PersonAnswers

TODAY = localdate()


def ago(days):
    return TODAY - timedelta(days=days)


def assistant(village=VILLAGE, **fields):
    """The surveyor of a village."""
    return people.make_user(f"cun-{village}", "village_assistant", village, full_name="村专干", **fields)


def registrar():
    """The county's officer of the register, who runs campaigns."""
    return people.with_role("registry_officer")


def household(head="张国强", *others, village=VILLAGE, group="1组", **fields):
    """A household with its head and others of these names; the household's people, head first."""
    home = Household.objects.create(village_code=village, group_name=group, head_name=head)
    return [worker(name, village=village, group_name=group, household=home, **fields) for name in (head, *others)]


def campaign(area=people.COUNTY, *, name="冬季全面走访", user=None, **fields):
    if not Division.objects.exists():
        place_divisions()
    values = {"kind": "全面走访", "starts_on": ago(30), "ends_on": TODAY + timedelta(days=30), **fields}
    facts = CampaignFacts(name=name, division_code=area, **values)
    return services.open_campaign(user=user or people.county_clerk(), facts=facts)


def task_of(who, of=None):
    tasks = VisitTask.objects.filter(campaign=of) if of else VisitTask.objects.all()
    found = tasks.filter(household=who.household_id) if who.household_id else tasks.filter(contact=who)
    return found.get()


def door_of(who, user):
    """The household as the surveyor's page shows it now."""
    (door,) = queries.doors_of(VisitTask.objects.filter(pk=task_of(who).pk), user)
    return door


def versions(who, user):
    return {member.worker.pk: member.version for member in door_of(who, user).members}


def said(who, base=None, **answers):
    """What a person answered on a page opened now, or at that version of the file."""
    shown = versions(who, people.county_clerk())[who.pk] if base is None else base
    return PersonAnswers(worker_id=who.pk, base=shown, answers=answers)


def met(who, *told, user=None, on=TODAY, ref=None, **facts):
    return services.record_visit(
        user=user or assistant(who.village_code),
        task=task_of(who),
        facts=DoorFacts(visited_on=on, **facts),
        people=told,
        client_ref=ref,
    )


def changed_meanwhile(who, **facts):
    """The county corrects the person's file."""
    return change_worker(user=people.county_clerk(), worker=who, facts=facts)


def submitted(*whose, user=None):
    for who in whose:
        services.submit(user=user or assistant(who.village_code), tasks=VisitTask.objects.filter(pk=task_of(who).pk))


def checked(*whose, user=None):
    """Handed in and passed by the township."""
    submitted(*whose)
    ids = [task_of(who).pk for who in whose]
    return services.take_over(user=user or people.township_clerk(), tasks=VisitTask.objects.filter(pk__in=ids))


def states(of=None):
    tasks = VisitTask.objects.filter(campaign=of) if of else VisitTask.objects.all()
    return list(tasks.order_by("village_code", "place", "pk").values_list("state", flat=True))


def survey_of(who):
    return Survey.objects.get(worker=who)


def finished(of):
    return Campaign.objects.get(pk=of.pk).state
