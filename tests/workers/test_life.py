"""大事记: everything that happened to a person, drawn from the facts of every app."""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate

from dispatch.models import Batch, Passenger, Trip
from employment.models import Brand, BrandMember, DeclaredJob, Employer, Placement, Referral, Returnee, Workplace
from employment.rebuilding import rebuild_spells
from stations.models import Station, Visit
from tests.people import client_for, county_clerk, with_role
from tests.workers.checks import MAN, line
from tests.workers.village_lists import store_divisions
from workers import services
from workers.doubles.services import merge_workers
from workers.households.services import move_person
from workers.models import Household, Worker
from workers.skills.services import add_skill
from workers.surveys.models import Campaign, Survey, VisitTask

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "520527219200", "520527205200"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def day(number):
    return dt.date(2024, 1, 1) + dt.timedelta(days=30 * number)


@pytest.fixture
def worker(take, roster):
    take(roster(line(走访日期="2023-12-01", 户主姓名="张老大")))
    take(roster(line(走访日期="2023-12-20", 联系电话="13800000001")))
    return Worker.objects.get()


def told(worker, user=None):
    page = client_for(user or county_clerk()).get(f"/workers/{worker.pk}/?tab=life").content.decode()
    return re.findall(r'<li><span class="text-secondary">(\S+)</span> (?:<a [^>]*>)?<b>(.*?)</b>', page)


def test_everything_that_happened_is_told_newest_first(worker):
    clerk, firm = county_clerk(), Employer.objects.create(name="华晟电子", place_code="440113")
    services.add_tag(
        user=clerk, worker=worker, group="monitored", valid_from=day(0), valid_to=day(12), risk_cleared_on=day(11)
    )
    add_skill(user=clerk, worker=worker, facts={"name": "焊工", "cert_type": "培训合格证书", "issued_on": day(1)})
    Referral.objects.create(worker=worker, employer=firm, job_title="焊工", result="意向", happened_on=day(2))
    batch = Batch.objects.create(code="P1", name="春风")
    left = dt.datetime.combine(day(3), dt.time(8), SHANGHAI)
    trip = Trip.objects.create(
        batch=batch, vehicle="V1", mode="包车", departs_at=left, from_place="县城", destination_code="440113", seats=50
    )
    post = day(3) + dt.timedelta(days=1)
    Passenger.objects.create(trip=trip, worker=worker, boarded=True, at_post_on=post)
    station = Station.objects.create(code="GZ-01", name="广州站", kind="协作站", place_code="440113", opened_on=day(0))
    Visit.objects.create(worker=worker, station=station, visited_on=day(4), channel="电话", status="原岗位在岗")
    DeclaredJob.objects.create(worker=worker, start_on=day(5), end_on=day(6), place_code="330782")
    Returnee.objects.create(worker=worker, returned_on=day(6), plans_out=False)
    shop = Workplace.objects.create(
        code="W1", name="车间", kind="就业帮扶车间", township_code="520527219", recognised_on=day(0)
    )
    Placement.objects.create(workplace=shop, worker=worker, start_on=day(7), end_on=day(8))
    BrandMember.objects.create(
        brand=Brand.objects.create(name="模架工匠", grade="县级"), worker=worker, joined_on=day(9)
    )
    campaign = Campaign.objects.create(
        name="冬季走访", kind="全面走访", starts_on=day(10), ends_on=day(10), division_code="520527", seed=1
    )
    task = VisitTask.objects.create(campaign=campaign, contact=worker, village_code=HOME, place=1)
    Survey.objects.create(task=task, worker=worker, visited_on=day(10), surveyor=clerk)
    rebuild_spells(worker_ids=[worker.pk])
    twin = Worker.objects.create(name="张国墙", id_number="529999199001010027", village_code=HOME)
    merge_workers(user=clerk, kept_id=worker.pk, merged_id=twin.pk)
    new = Household.objects.create(village_code=HOME, head_name="王老五")
    worker.refresh_from_db()
    move_person(user=clerk, worker=worker, household=new)
    today = localdate()
    found = told(worker)
    wanted = [
        (today, "调整家庭户"), (today, "花名册更新档案"), (today, "登记入库"), (today, "合并档案"), (day(12), "不再属于监测对象"),
        (day(11), "风险消除"), (day(10), "入户走访"), (day(9), "加入劳务品牌"), (day(8), "载体离岗"), (day(7), "载体上岗"),
        (day(6), "结束务工"), (day(6), "返乡"), (day(5), "开始务工"), (day(4), "回访：原岗位在岗"), (post, "到岗"),
        (post, "开始务工"), (day(3), "组织输出"), (day(2), "意向"), (day(1), "取得培训合格证书"), (day(0), "认定为监测对象"),
        (dt.date(2023, 12, 20), "入户走访"), (dt.date(2023, 12, 1), "首次入户走访"),
    ]  # fmt: skip
    assert [date for date, _title in found] == sorted((date for date, _title in found), reverse=True)
    assert sorted(found) == sorted((date.isoformat(), title) for date, title in wanted)


def test_registration_leads_to_the_import_and_others_see_only_what_they_may(worker):
    page = client_for(county_clerk()).get(f"/workers/{worker.pk}/?tab=life").content.decode()
    assert len(set(re.findall(r'<a href="(/imports/[0-9a-f-]+/)">', page))) == 2
    DeclaredJob.objects.create(worker=worker, start_on=day(5), place_code="330782")
    rebuild_spells(worker_ids=[worker.pk])
    finance = with_role("finance_officer")
    titles = {title for _day, title in told(worker, finance)}
    assert titles == {"登记入库", "花名册更新档案", "入户走访", "首次入户走访"}


def test_a_person_entered_by_hand_is_told_too(db):
    store_divisions()
    made = services.register_worker(user=county_clerk(), id_number=MAN, facts={"name": "张国强", "village_code": HOME})
    assert told(made) == [(localdate().isoformat(), "登记入库")]


def test_of_one_day_what_came_later_stands_first(worker):
    DeclaredJob.objects.create(worker=worker, start_on=day(5), end_on=day(6), place_code="330782")
    DeclaredJob.objects.create(worker=worker, start_on=day(6), end_on=day(7), place_code="440113")
    rebuild_spells(worker_ids=[worker.pk])
    jobs = [line for line in told(worker) if line[1] in {"开始务工", "结束务工"}]
    assert jobs == [
        (day(7).isoformat(), "结束务工"),
        (day(6).isoformat(), "开始务工"),
        (day(6).isoformat(), "结束务工"),
        (day(5).isoformat(), "开始务工"),
    ]


def test_however_often_a_file_was_changed_its_beginning_is_told(db):
    store_divisions()
    clerk = county_clerk()
    made = services.register_worker(user=clerk, id_number=MAN, facts={"name": "张国强", "village_code": HOME})
    for number in range(120):
        made = services.change_worker(user=clerk, worker=made, facts={"note": f"第{number}次"})
    assert told(made) == [(localdate().isoformat(), "登记入库")]


def test_a_household_elsewhere_is_not_named_to_who_may_not_open_it(db):
    store_divisions()
    clerk, elsewhere = county_clerk(), Household.objects.create(village_code=ELSEWHERE, head_name="陈老九")
    made = services.register_worker(user=clerk, id_number=MAN, facts={"name": "张国强", "village_code": HOME})
    services.change_worker(user=clerk, worker=made, facts={"village_code": HOME, "head_name": "王老五"})
    Worker.objects.filter(pk=made.pk).update(household=elsewhere)
    for tab in ("life", "history"):
        address = f"/workers/{made.pk}/?tab={tab}"
        assert "陈老九" in client_for(clerk).get(address).content.decode()
        page = client_for(with_role("township_officer", HOME[:9])).get(address).content.decode()
        assert "王老五" in page
        assert "陈老九" not in page
        assert "已撤销或不在您管辖范围内的一户" in page
