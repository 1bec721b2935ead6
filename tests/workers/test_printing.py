"""The file of a person and of a household on paper: whole, masked, logged, and of nobody else's people."""

from datetime import date

import pytest
from django.urls import reverse

from core.accounts.models import AccessLog
from tests import people
from tests.journeys import OTHER_VILLAGE, id_number, place_divisions, worker
from tests.people import client_for
from workers.doubles.services import merge_workers
from workers.models import GroupMembership, Household, Worker

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


@pytest.fixture
def home(db):
    place_divisions()
    one = worker("张国强", phone=PHONE, skill="电工", relation="户主", visited_on=date(2025, 2, 3))
    one.household = Household.objects.create(village_code=one.village_code, group_name="3组", head_name="张国强")
    one.save()
    other = Worker.objects.create(
        name="李秀英", id_number=id_number(7), village_code=one.village_code, household=one.household, relation="配偶"
    )
    GroupMembership.objects.create(
        worker=one, group="lifted_poverty", valid_from=date(2020, 11, 30), source="县乡村振兴局"
    )
    return one, other


def printed(page, user=None, query=""):
    return client_for(user or people.township_clerk()).get(f"{page}{query}")


def logged():
    return list(AccessLog.objects.filter(action="print").values_list("username", "object_type", "object_id"))


class TestAPerson:
    def test_everything_registered_is_on_it(self, home):
        sheet = printed(reverse("workers:print", args=[home[0].pk])).content.decode()
        for word in (
            "劳动力档案",
            "张国强",
            "电工",
            "脱贫人口",
            "2020-11-30",
            "县乡村振兴局",
            "2025-02-03",
            "入户走访",
            "填报人",
        ):
            assert word in sheet, word
        assert "开户银行" not in sheet

    def test_masked_even_for_who_may_open_and_without_a_birth_date(self, home):
        sheet = printed(reverse("workers:print", args=[home[0].pk])).content.decode()
        assert (home[0].id_number in sheet, PHONE in sheet, str(home[0].birth_date) in sheet) == (False, False, False)
        assert "138****5678" in sheet

    def test_leaves_a_line_in_the_log_and_no_copy_in_the_browser(self, home):
        answer = printed(reverse("workers:print", args=[home[0].pk]))
        assert "no-store" in answer["Cache-Control"]
        assert logged() == [(people.township_clerk().username, "workers.worker", str(home[0].pk))]

    def test_of_a_stranger_there_is_nothing_and_no_line(self, home):
        assert printed(reverse("workers:print", args=[home[0].pk]), people.stranger()).status_code == 404
        assert printed(reverse("workers:print", args=[home[0].pk]), people.with_role("system_admin")).status_code == 403
        assert logged() == []

    def test_the_address_of_somebody_merged_leads_to_the_one_kept(self, home):
        twice = worker("张国强")
        merge_workers(user=people.county_clerk(), kept_id=home[0].pk, merged_id=twice.pk)
        kept = reverse("workers:print", args=[home[0].pk])
        assert printed(reverse("workers:print", args=[twice.pk])).headers["Location"] == kept
        assert printed(reverse("workers:print", args=[twice.pk]), people.stranger()).status_code == 404

    def test_the_page_leads_to_it(self, home):
        page = client_for(people.township_clerk()).get(reverse("workers:detail", args=[home[0].pk])).content.decode()
        assert reverse("workers:print", args=[home[0].pk]) in page

    def test_of_a_person_of_whom_nothing_is_known(self, home):
        bare = worker("赵六", village=OTHER_VILLAGE)
        sheet = printed(reverse("workers:print", args=[bare.pk]), people.county_clerk()).content.decode()
        assert "赵六" in sheet
        assert '<th scope="row">备注' not in sheet


class TestAHousehold:
    def test_members_and_their_life(self, home):
        sheet = printed(reverse("households:print", args=[home[0].household_id])).content.decode()
        for word in ("家庭户档案", "张国强", "李秀英", "配偶", "无人就业", "认定为脱贫人口", "零就业家庭：16至59岁"):
            assert word in sheet, word
        assert (home[0].id_number in sheet, home[1].id_number in sheet) == (False, False)
        assert logged() == [(people.township_clerk().username, "workers.household", str(home[0].household_id))]

    def test_as_of_the_day_of_the_page(self, home):
        page = reverse("households:detail", args=[home[0].household_id])
        asked = client_for(people.township_clerk()).get(f"{page}?as_of=2019-05-01").content.decode()
        paper = reverse("households:print", args=[home[0].household_id])
        assert f"{paper}?as_of=2019-05-01" in asked
        row = printed(paper, query="?as_of=2019-05-01").content.decode().partition("<tbody>")[2]
        assert "截至 2019-05-01" in row
        assert "脱贫人口" not in row.partition("大事记")[0]

    def test_who_lives_elsewhere_is_counted(self, home):
        away = worker("张远", village=OTHER_VILLAGE, household=home[0].household)
        sheet = printed(reverse("households:print", args=[home[0].household_id])).content.decode()
        assert (away.name in sheet, "另有 1 名成员不在您的管辖范围内" in sheet) == (False, True)

    def test_of_a_stranger_there_is_nothing(self, home):
        assert printed(reverse("households:print", args=[home[0].household_id]), people.stranger()).status_code == 404
        assert logged() == []
