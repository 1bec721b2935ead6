"""A door whose people were moved to another village, by hand or by a merge: no visit is lost, nobody else sees more."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from tests import people
from tests.doubles.test_merging import merge
from tests.journeys import OTHER_VILLAGE, VILLAGE, id_number, place_divisions
from tests.surveys.facts import (
    TODAY,
    assistant,
    campaign,
    household,
    met,
    registrar,
    said,
    submitted,
    task_of,
    versions,
)
from tests.web.reading import page
from workers.models import Household, Worker
from workers.services import change_worker
from workers.surveys import services
from workers.surveys.models import DoorVisit, Survey, SurveyClash, TaskState, VisitTask

pytestmark = pytest.mark.django_db
THIRD_VILLAGE = f"{VILLAGE[:9]}201"
THERE = "这一户已登记在别的村"


@pytest.fixture
def couple():
    """Two people of one household, their door given to the village's assistant."""
    place_divisions()
    for village in (VILLAGE, OTHER_VILLAGE, THIRD_VILLAGE):
        assistant(village)
    home = household("张国强", "李秀英", phone="13812345678")
    campaign()
    return home


@pytest.fixture
def one():
    """One person alone at a door, registered a second time in another village."""
    place_divisions()
    for village in (VILLAGE, OTHER_VILLAGE, THIRD_VILLAGE):
        assistant(village)
    gone, kept = household("张国强")[0], household("张国祥", "王小妹", village=OTHER_VILLAGE)[0]
    campaign()
    return gone, kept


def phone(village=VILLAGE):
    return people.client_for(assistant(village))


def moved(*whose, to=OTHER_VILLAGE):
    """Each by the form of the file, which names the village and the head."""
    for who in whose:
        facts = {"village_code": to, "group_name": "1组", "head_name": "张国强"}
        change_worker(user=people.county_clerk(), worker=who, facts=facts)


def kept_page(task, *whose, **typed):
    """What the phone has kept of the door, opened while everybody was there."""
    shown = versions(whose[0], people.county_clerk())
    bases = {f"p{who.pk}-base": shown[who.pk] for who in whose}
    ref = {"visited_on": TODAY.isoformat(), "channel": "上门", "client_ref": str(uuid4())}
    return reverse("surveys:door", args=[task.ref]), {**ref, **bases, **typed}


def send(village, address, typed):
    headers = {"X-Offline-Queue": "1", "X-Offline-Later": "1", "HX-Request": "true", "HX-Target": "form"}
    return phone(village).post(address, typed, headers=headers)


def text(answer):
    return re.sub(r"\s+", " ", page(answer).text)


def arrives(answer):
    assert (answer.status_code, answer.headers.get("X-Offline-Stored")) == (204, "1"), answer.content.decode()


class TestAHouseholdMovedByHand:
    def test_its_door_stays_with_whom_it_was_given(self, couple):
        task = task_of(couple[0])
        moved(*couple)
        door = reverse("surveys:door", args=[task.ref])
        assert "张国强" in text(phone().get(reverse("surveys:mine")))
        shown = text(phone().get(door))
        assert THERE in shown
        assert "李秀英" not in shown
        assert phone(THIRD_VILLAGE).get(door).status_code == 404
        assert phone(THIRD_VILLAGE).get(reverse("surveys:task", args=[task.ref])).status_code == 404

    def test_a_colleague_of_the_village_it_left_sees_it_no_more(self, couple):
        task = task_of(couple[0])
        moved(*couple)
        colleague = people.client_for(people.make_user("cun-2", "village_assistant", VILLAGE))
        assert colleague.get(reverse("surveys:door", args=[task.ref])).status_code == 404

    def test_a_visit_kept_on_the_phone_arrives_once_and_is_checked_where_the_people_are(self, couple):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, **{f"p{couple[1].pk}-skill": "缝纫工"})
        moved(*couple)
        for _again in range(2):
            arrives(send(VILLAGE, address, typed))
        assert DoorVisit.objects.get().user == assistant()
        assert {(one.worker, one.changes.get("skill")) for one in Survey.objects.all()} == {
            (couple[0], None), (couple[1], "缝纫工"),
        }  # fmt: skip
        services.submit(user=assistant(), tasks=VisitTask.objects.filter(pk=task.pk))
        there = people.make_user("zhen-2", "township_officer", OTHER_VILLAGE[:9])
        assert services.take_over(user=there, tasks=VisitTask.objects.visible_to(there)).households == 1
        assert Worker.objects.get(pk=couple[1].pk).skill == "缝纫工"

    def test_what_both_changed_waits_for_the_township_of_the_people(self, couple):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, **{f"p{couple[0].pk}-skill": "焊工"})
        moved(*couple)
        change_worker(user=people.county_clerk(), worker=couple[0], facts={"skill": "电工"})
        answer = send(VILLAGE, address, typed)
        arrives(answer)
        assert "X-Offline-Look" not in answer.headers
        assert SurveyClash.objects.get().mine == "焊工"
        there = people.client_for(people.make_user("zhen-2", "township_officer", OTHER_VILLAGE[:9]))
        assert "焊工" in text(there.get(reverse("surveys:clashes")))
        assert "焊工" not in text(phone().get(reverse("surveys:clashes")))

    def test_all_gone_says_nothing_of_people_registered_elsewhere(self, couple):
        address, typed = kept_page(task_of(couple[0]), *couple, act="moved")
        moved(*couple)
        arrives(send(VILLAGE, address, typed))
        assert VisitTask.objects.get().state == TaskState.MOVED
        assert not any("labour_status" in one.changes for one in Survey.objects.all())

    def test_moved_in_bulk_it_is_the_same(self, couple):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, act="same")
        there = Household.objects.create(village_code=OTHER_VILLAGE, group_name="1组", head_name="张国强")
        Worker.objects.all().update(village_code=OTHER_VILLAGE, household=there)
        arrives(send(VILLAGE, address, typed))
        assert Survey.objects.count() == 2

    def test_somebody_who_never_lived_there_is_not_written_about(self, couple):
        other = household("王大山", village=OTHER_VILLAGE)[0]
        address, typed = kept_page(
            task_of(couple[0]), *couple, **{f"p{other.pk}-base": 0, f"p{other.pk}-skill": "焊工"}
        )
        moved(*couple)
        answer = send(VILLAGE, address, typed)
        assert answer.status_code == 422
        assert "王大山" not in answer.content.decode()
        assert DoorVisit.objects.count() == 0

    def test_handed_in_it_is_out_of_sight(self, couple):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, act="same")
        moved(*couple)
        arrives(send(VILLAGE, address, typed))
        services.submit(user=assistant(), tasks=VisitTask.objects.filter(pk=task.pk))
        assert phone().get(reverse("surveys:task", args=[task.ref])).status_code == 404


class TestHandedOver:
    @pytest.fixture
    def there(self, couple):
        """The officer of the township the household was moved to."""
        return people.make_user("zhen-2", "township_officer", OTHER_VILLAGE[:9])

    def give(self, there, task):
        typed = {"village_code": OTHER_VILLAGE, "groups": "", "surveyor": assistant(OTHER_VILLAGE).pk}
        answer = people.client_for(there).post(reverse("surveys:assign", args=[task.campaign_id]), typed)
        assert answer.status_code == 302, answer.content.decode()

    def test_the_township_is_told_and_gives_it_to_its_own_assistant(self, couple, there):
        task = task_of(couple[0])
        moved(*couple)
        waiting = f"{reverse('surveys:tasks')}?relocated=true"
        client = people.client_for(there)
        assert waiting in client.get("/").content.decode().replace("&amp;", "&")
        assert "张国强" in text(client.get(waiting))
        give = f"{reverse('surveys:assign', args=[task.campaign_id])}?village={OTHER_VILLAGE}"
        assert give in client.get(reverse("surveys:task", args=[task.ref])).content.decode()
        self.give(there, task)
        task.refresh_from_db()
        here = Worker.objects.get(pk=couple[0].pk)
        assert (task.village_code, task.household, task.surveyor) == (
            OTHER_VILLAGE, here.household, assistant(OTHER_VILLAGE),
        )  # fmt: skip
        door = reverse("surveys:door", args=[task.ref])
        assert "李秀英" in text(phone(OTHER_VILLAGE).get(door))
        assert "张国强" not in text(client.get(waiting))

    def test_a_visit_the_former_surveyor_kept_arrives_and_shows_nothing(self, couple, there):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, door="12", **{f"p{couple[1].pk}-skill": "缝纫工"})
        moved(*couple)
        self.give(there, task)
        for browser in (phone().get(address), phone().get(reverse("surveys:mine"))):
            assert not re.search("张国强|李秀英|138", browser.content.decode())
        assert THERE in text(phone().get(address))
        for _again in range(2):
            arrives(send(VILLAGE, address, typed))
        task.refresh_from_db()
        assert (task.state, task.surveyor, task.door) == (TaskState.VISITED, assistant(OTHER_VILLAGE), "")
        assert Survey.objects.get(worker=couple[1]).changes == {"skill": "缝纫工"}
        assert send(THIRD_VILLAGE, address, typed).status_code == 404

    def test_the_village_it_left_gives_out_only_who_lives_there(self, couple):
        task, _other = task_of(couple[0]), household("王大山")[0]
        moved(*couple)
        services.add_households(user=registrar(), campaign=task.campaign)
        colleague = people.make_user("cun-2", "village_assistant", VILLAGE)
        given = services.assign(
            user=people.county_clerk(), campaign=task.campaign, village_code=VILLAGE, groups=None, surveyor=colleague
        )
        task.refresh_from_db()
        assert (given, task.surveyor) == (1, assistant())


class TestTheContactAloneWasMoved:
    def test_a_visit_makes_somebody_who_stayed_the_contact(self, couple):
        task = task_of(couple[0])
        address, typed = kept_page(task, *couple, **{f"p{couple[0].pk}-skill": "焊工"})
        moved(couple[0])
        assert "李秀英" in text(phone().get(address))
        arrives(send(VILLAGE, address, typed))
        task.refresh_from_db()
        assert (task.contact, task.village_code, task.surveyor) == (couple[1], VILLAGE, assistant())
        assert set(Survey.objects.values_list("worker", flat=True)) == {couple[0].pk, couple[1].pk}
        submitted(couple[1])
        town = people.client_for(people.township_clerk())
        assert town.get(reverse("surveys:task", args=[task.ref])).status_code == 200

    def test_so_does_adding_households(self, couple):
        task = task_of(couple[0])
        moved(couple[0])
        assert services.add_households(user=registrar(), campaign=task.campaign) == 1
        task.refresh_from_db()
        assert (task.contact, VisitTask.objects.get(contact=couple[0]).village_code) == (couple[1], OTHER_VILLAGE)


class TestAMergeWithAnotherVillage:
    @pytest.mark.parametrize("act", ["", "same"])
    def test_a_visit_kept_on_the_phone_arrives_once(self, one, act):
        gone, kept = one
        address, typed = kept_page(task_of(gone), gone, act=act, door="12", **{f"p{gone.pk}-skill": "焊工"})
        merge(kept, gone)
        for _again in range(2):
            arrives(send(VILLAGE, address, typed))
        visit = DoorVisit.objects.get()
        assert (visit.user, visit.task) == (assistant(), task_of(kept))
        assert Survey.objects.get(worker=kept).changes == ({} if act else {"skill": "焊工"})
        assert (visit.task.surveyor, visit.task.door) == (assistant(OTHER_VILLAGE), "")

    def test_the_page_says_so_in_chinese_and_shows_nobody(self, one):
        gone, kept = one
        address, typed = kept_page(task_of(gone), gone)
        merge(kept, gone)
        shown = phone().get(address)
        assert THERE in text(shown)
        refused = send(VILLAGE, address, {**typed, "visited_on": "2001-01-01"})
        assert refused.status_code == 422
        for answer in (shown, refused):
            found = answer.content.decode()
            assert not [word for word in (kept.name, "王小妹", kept.id_number, kept.id_number[-4:]) if word in found]

    def test_others_get_404(self, one):
        gone, kept = one
        address, typed = kept_page(task_of(gone), gone)
        merge(kept, gone)
        colleague = people.client_for(people.make_user("cun-2", "village_assistant", VILLAGE))
        assert colleague.get(address).status_code == 404
        assert send(THIRD_VILLAGE, address, typed).status_code == 404
        assert phone().get(reverse("surveys:task", args=[task_of(kept).ref])).status_code == 404
        assert DoorVisit.objects.count() == 0

    def test_the_person_was_a_mate_whose_door_stands(self, couple):
        kept = household("李秀美", village=OTHER_VILLAGE)[0]
        address, typed = kept_page(task_of(couple[0]), *couple, **{f"p{couple[1].pk}-skill": "缝纫工"})
        merge(kept, couple[1])
        arrives(send(VILLAGE, address, typed))
        assert Survey.objects.get(worker=kept).changes == {"skill": "缝纫工"}

    def test_a_household_all_gone_from_there_is_not_gone_from_here(self, one):
        gone, kept = one
        address, typed = kept_page(task_of(gone), gone, act="moved")
        merge(kept, gone)
        arrives(send(VILLAGE, address, typed))
        assert (task_of(kept).state, DoorVisit.objects.get().outcome) == (TaskState.ASSIGNED, "moved")

    def test_the_door_that_goes_along_takes_it_too(self, couple):
        alone = household("李小山", group="2组")[0]
        services.add_households(user=registrar(), campaign=task_of(couple[0]).campaign)
        gone = household("李大山", village=OTHER_VILLAGE)[0]
        address, typed = kept_page(task_of(alone), alone, **{f"p{alone.pk}-skill": "焊工"})
        merge(alone, gone, taken={"village_code", "group_name", "household"})
        assert (VisitTask.objects.get(contact=alone).village_code, VisitTask.objects.get(contact=alone).surveyor) == (
            OTHER_VILLAGE, None,
        )  # fmt: skip
        arrives(send(VILLAGE, address, typed))
        task = VisitTask.objects.get(contact=alone)
        assert (task.state, task.surveyor) == (TaskState.VISITED, None)
        assert Survey.objects.get(worker=alone).changes == {"skill": "焊工"}
        assert send(THIRD_VILLAGE, address, typed).status_code == 404


def test_a_colleague_who_was_given_the_door_meanwhile_does_not_shut_out_what_was_kept(couple):
    task = task_of(couple[0])
    address, typed = kept_page(task, *couple, **{f"p{couple[1].pk}-skill": "缝纫工"})
    colleague, third = (people.make_user(name, "village_assistant", VILLAGE) for name in ("cun-2", "cun-3"))
    services.assign(
        user=people.township_clerk(), campaign=task.campaign, village_code=VILLAGE, groups=None, surveyor=colleague
    )
    arrives(send(VILLAGE, address, typed))
    task.refresh_from_db()
    assert (task.surveyor, DoorVisit.objects.get().user) == (colleague, assistant())
    refused = people.client_for(third).post(address, {**typed, "client_ref": str(uuid4())})
    assert (refused.status_code, "这一户已派给别的走访人" in text(refused)) == (422, True)


class TestTooLate:
    """The household was handed in where its people live now, before the former surveyor's phone had signal."""

    @pytest.fixture
    def there(self):
        return people.make_user("zhen-2", "township_officer", OTHER_VILLAGE[:9])

    @pytest.mark.parametrize("over", ["submitted", "checked", "closed"])
    def test_it_is_kept_for_the_township_to_look_at(self, one, there, over):
        gone, kept = one
        typed = {f"p{gone.pk}-skill": "焊工", "n0-name": "张小宝", "n0-id_number": newcomer_number()}
        address, typed = kept_page(task_of(gone), gone, **typed)
        merge(kept, gone)
        met(kept, said(kept, skill="电工"))
        if over == "closed":
            services.close_campaign(user=registrar(), campaign=task_of(kept).campaign)
        else:
            submitted(kept)
        if over == "checked":
            services.take_over(user=there, tasks=VisitTask.objects.visible_to(there))
        before = list(Survey.objects.values("answers", "changes", "applied_at")), task_of(kept).state
        for _again in range(2):
            arrives(send(VILLAGE, address, typed))
        assert (list(Survey.objects.values("answers", "changes", "applied_at")), task_of(kept).state) == before
        client, late = people.client_for(there), f"{reverse('surveys:tasks')}?late=true"
        assert late in client.get("/").content.decode()
        assert kept.name in text(client.get(late))
        visits = f"{reverse('surveys:task', args=[task_of(kept).ref])}?tab=visits"
        shown = text(client.get(visits))
        assert f"{kept.name}：技能特长 焊工" in shown
        assert "张小宝" in shown
        assert newcomer_number() not in shown
        looked = reverse("surveys:looked", args=[task_of(kept).ref])
        for village in (VILLAGE, OTHER_VILLAGE):
            assert phone(village).post(looked).status_code == 403
        assert people.client_for(people.township_clerk()).post(looked).status_code == 404
        assert client.post(looked).status_code == 302
        assert kept.name not in text(client.get(late))
        assert DoorVisit.objects.get(held__isnull=False).looked_by == there

    def test_the_surveyor_of_the_village_is_told_to_have_it_sent_back_as_before(self, couple):
        address, typed = kept_page(task_of(couple[0]), *couple, act="same")
        met(couple[0])
        submitted(couple[0])
        answer = send(VILLAGE, address, typed)
        assert (answer.status_code, "这一户已提交，要改请乡镇先退回。" in text(answer)) == (422, True)


def newcomer_number():
    return id_number(987, "20000101")
