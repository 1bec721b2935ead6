"""Giving, ending, mending and taking back a membership: one gate, a reason, a history."""

from datetime import date

import pytest

from core.errors import DomainError
from core.history.models import Operation
from tests.people import client_for, county_clerk, stranger, township_clerk, with_role
from tests.web.reading import page
from tests.workers.checks import MAN
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import GroupMembership

pytestmark = pytest.mark.django_db
JAN, JUN = date(2024, 1, 1), date(2024, 6, 1)


@pytest.fixture
def worker(db):
    store_divisions()
    facts = {"name": "张国强", "village_code": "520527219200"}
    return services.register_worker(user=county_clerk(), id_number=MAN, facts=facts)


@pytest.fixture
def tag(worker):
    return services.add_tag(user=county_clerk(), worker=worker, group="monitored", valid_from=JAN, valid_to=JUN)


def refused(act, **given):
    with pytest.raises(DomainError) as error:
        act(**given)
    return error.value.code, error.value.field


@pytest.mark.parametrize("page", ["edit", "remove", "end"])
@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("stranger", 404), ("township", 200)])
def test_pages_ask_for_permission_and_scope(tag, page, who, status):
    people = {"auditor": lambda: with_role("auditor"), "stranger": stranger, "township": township_clerk}
    client = client_for(people[who]())
    assert client.get(f"/workers/tags/{tag.pk}/{page}/").status_code == status
    if status != 200:
        answer = client.post(f"/workers/tags/{tag.pk}/{page}/", {"reason": "试", "valid_from": "2020-01-01"})
        assert (answer.status_code, GroupMembership.objects.get().valid_from) == (status, JAN)


def test_a_membership_is_given_with_all_that_is_known(worker):
    sent = {
        "group": "hard_to_employ", "valid_from": "2024.1.1", "category": "连续失业1年以上", "source": "县就业局",
        "document": "赫人社发〔2024〕3号",
    }  # fmt: skip
    answer = client_for(township_clerk()).post(f"/workers/{worker.pk}/tags/new/", sent)
    assert answer.url == f"/workers/{worker.pk}/?tab=groups"
    stored = worker.memberships.get()
    assert (stored.valid_from, stored.category, stored.document) == (JAN, "连续失业1年以上", "赫人社发〔2024〕3号")
    page = client_for(township_clerk()).get(answer.url).content.decode()
    assert "就业困难人员（连续失业1年以上）" in page


def test_the_file_says_what_somebody_is_monitored_as_today(worker):
    def shown():
        texts = [one.text for one in page(client_for(county_clerk()).get(f"/workers/{worker.pk}/")).all("dd")]
        return [
            kind for kind in ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户") if any(kind in text for text in texts)
        ]

    services.change_worker(user=county_clerk(), worker=worker, facts={"monitored_kind": "脱贫不稳定户"})
    assert shown() == ["脱贫不稳定户"]
    ended = {"monitored_kind": "边缘易致贫户", "valid_from": JAN, "valid_to": JUN}
    services.add_tag(user=county_clerk(), worker=worker, group="monitored", **ended)
    assert shown() == ["脱贫不稳定户"]
    services.add_tag(
        user=county_clerk(), worker=worker, group="monitored", monitored_kind="突发严重困难户", valid_from=JUN
    )
    assert shown() == ["突发严重困难户"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"group": "disabled", "category": "大龄"}, ("choice", "category")),
        ({"group": "hard_to_employ", "category": "懒"}, ("choice", "category")),
        ({"group": "disabled", "risk_cleared_on": JUN}, ("choice", "risk_cleared_on")),
        ({"group": "disabled", "monitored_kind": "边缘易致贫户"}, ("choice", "monitored_kind")),
        ({"group": "monitored", "risk_cleared_on": date(2023, 12, 31)}, ("date", "risk_cleared_on")),
    ],
)
def test_what_belongs_to_another_group_is_refused(worker, given, refusal):
    assert refused(services.add_tag, user=county_clerk(), worker=worker, valid_from=JAN, **given) == refusal
    assert worker.memberships.count() == 0


def test_mending_needs_a_reason_and_stands_in_the_history(tag, worker):
    client, url = client_for(county_clerk()), f"/workers/tags/{tag.pk}/edit/"
    opened = client.get(url).context["opened"]
    sent = {"_opened": opened, "valid_from": "2023-05-01", "valid_to": "2024-06-01", "monitored_kind": "突发严重困难户"}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "reason": "文件日期看错"}).status_code == 302
    tag.refresh_from_db()
    assert (tag.valid_from, tag.valid_to, tag.monitored_kind) == (date(2023, 5, 1), JUN, "突发严重困难户")
    page = client.get(f"/workers/{worker.pk}/?tab=history").content.decode()
    assert ["更正人员类别" in page, "文件日期看错" in page, "<del>2024-01-01</del> → 2023-05-01" in page] == [True] * 3


def test_mending_meets_the_other_stretches(tag, worker):
    clerk = county_clerk()
    services.add_tag(user=clerk, worker=worker, group="monitored", valid_from=date(2025, 1, 1))
    mend = {"act": services.correct_tag, "user": clerk, "tag": tag, "reason": "改"}
    assert refused(**mend, facts={"valid_to": None}) == ("overlap", "valid_from")
    assert refused(**mend, facts={"valid_to": date(2025, 1, 2)}) == ("overlap", "valid_from")
    assert refused(**mend, facts={"valid_from": None}) == ("required", "valid_from")
    assert refused(**mend, facts={"valid_to": JAN}) == ("date", "valid_to")
    assert refused(**mend, facts={"group": "disabled"}) == ("field", "group")
    assert refused(services.end_tag, user=clerk, tag=tag, on=date(2025, 2, 1)) == ("overlap", "on")
    assert services.correct_tag(
        user=clerk, tag=tag, facts={"valid_to": date(2025, 1, 1)}, reason="接上"
    ).valid_to == date(2025, 1, 1)


def test_an_undated_tag_that_gets_a_date_is_a_dated_one(worker):
    tag = worker.memberships.create(group="relocated", source="劳动力花名册")
    services.correct_tag(user=county_clerk(), tag=tag, facts={"document": "搬迁批复"}, reason="补文号")
    assert worker.memberships.on(date(2000, 1, 1)).count() == 1
    services.correct_tag(user=county_clerk(), tag=tag, facts={"valid_from": JAN}, reason="补日期")
    assert [worker.memberships.on(day).count() for day in (date(2000, 1, 1), JAN)] == [0, 1]


def test_taking_back_leaves_only_history(tag):
    clerk = county_clerk()
    assert refused(services.remove_tag, user=clerk, tag=tag, reason=" ") == ("required", "reason")
    assert client_for(clerk).post(f"/workers/tags/{tag.pk}/remove/", {"reason": "录错了人"}).status_code == 302
    assert GroupMembership.objects.count() == 0
    act = Operation.objects.get(action="workers.remove_tag")
    assert (act.reason, act.user) == ("录错了人", clerk)
    assert refused(services.remove_tag, user=clerk, tag=tag, reason="再删") == ("gone", None)


def test_services_ask_by_themselves(tag):
    auditor = {"user": with_role("auditor"), "tag": tag}
    assert refused(services.end_tag, **auditor, on=JUN) == ("forbidden", None)
    assert refused(services.correct_tag, **auditor, facts={}, reason="改") == ("forbidden", None)
    assert refused(services.end_tag, user=stranger(), tag=tag, on=JUN) == ("gone", None)
    add = {"user": stranger(), "worker": tag.worker, "group": "disabled", "valid_from": JAN}
    assert refused(services.add_tag, **add) == ("worker", None)
