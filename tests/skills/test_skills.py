"""Skills and certificates: kept once, shown in the file, found by filters, moved by a merge."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError
from tests.people import api_client_for, client_for, county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, WOMAN
from tests.workers.village_lists import store_divisions
from workers.doubles.services import merge_workers, undo_merge
from workers.models import Worker
from workers.skills import services
from workers.skills.levels import LEVELS
from workers.skills.models import Skill

pytestmark = pytest.mark.django_db
WELDER = {
    "name": "焊工", "level": 3, "cert_type": "职业技能等级证书", "cert_number": "Y0012", "issuer": "毕节技师学院",
    "issued_on": date(2024, 6, 1),
}  # fmt: skip


@pytest.fixture
def worker(db):
    store_divisions()
    return Worker.objects.create(name="张国强", id_number=MAN, village_code="520527219200")


@pytest.fixture
def skill(worker):
    return services.add_skill(user=county_clerk(), worker=worker, facts=WELDER)


def refused(act, **given):
    with pytest.raises(DomainError) as error:
        act(**given)
    return error.value.code, error.value.field


def test_the_eight_steps_have_names_and_numbers():
    assert [level.words for level in LEVELS] == [
        "学徒工", "初级工（五级）", "中级工（四级）", "高级工（三级）", "技师（二级）", "高级技师（一级）", "特级技师", "首席技师",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": " "}, ("required", "name")),
        ({"name": "电工", "level": 9}, ("choice", "level")),
        ({"name": "电工", "cert_type": "驾照"}, ("choice", "cert_type")),
        ({"name": "电工", "cert_number": "A1"}, ("required", "cert_type")),
        ({**WELDER, "name": "电工"}, ("duplicate", "cert_number")),
        ({**WELDER, "issuer": "别处"}, ("duplicate", "name")),
        ({"name": "电工", "rank": 1}, ("field", "rank")),
    ],
)
def test_what_cannot_be_is_refused(skill, facts, refusal):
    assert refused(services.add_skill, user=county_clerk(), worker=skill.worker, facts=facts) == refusal
    assert Skill.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"level": 0}, "skill_known_level"),
        ({"name": ""}, "skill_has_name"),
        ({"cert_type": "驾照"}, "skill_known_certificate"),
        ({"cert_number": "A1"}, "skill_certificate_has_type"),
    ],
)
def test_the_database_refuses_too(worker, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Skill.objects.create(**{"worker": worker, "name": "焊工", **fields})


@pytest.mark.parametrize("page", ["of/{worker}/new/", "{skill}/edit/", "{skill}/remove/"])
@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("stranger", 404), ("township", 200)])
def test_pages_ask_for_permission_and_scope(skill, page, who, status):
    people = {"auditor": lambda: with_role("auditor"), "stranger": stranger, "township": township_clerk}
    url = f"/workers/skills/{page.format(worker=skill.worker_id, skill=skill.pk)}"
    client = client_for(people[who]())
    assert client.get(url).status_code == status
    if status != 200:
        assert client.post(url, {"name": "改", "reason": "试"}).status_code == status
        assert list(Skill.objects.values_list("name", flat=True)) == ["焊工"]


def test_written_down_mended_and_taken_back_on_pages(worker):
    client = client_for(township_clerk())
    sent = {"name": "焊工", "level": "3", "cert_type": "职业技能等级证书", "cert_number": "Y1", "issued_on": "2024.6.1"}
    tab = client.post(f"/workers/skills/of/{worker.pk}/new/", sent).url
    assert tab == f"/workers/{worker.pk}/?tab=skills"
    shown = client.get(tab).content.decode()
    assert ["焊工" in shown, "中级工（四级）" in shown, "2024-06-01" in shown] == [True, True, True]
    skill = Skill.objects.get()
    opened = client.get(f"/workers/skills/{skill.pk}/edit/").context["opened"]
    mended = {**sent, "_opened": opened, "level": "4", "reason": "看错"}
    assert client.post(f"/workers/skills/{skill.pk}/edit/", mended).url == tab
    assert Skill.objects.get().level == 4
    assert "取得职业技能等级证书" in client.get(f"/workers/{worker.pk}/?tab=life").content.decode()
    assert client.post(f"/workers/skills/{skill.pk}/remove/", {"reason": "录错了人"}).url == tab
    assert Skill.objects.count() == 0


def test_filters_ask_of_one_skill_all_at_once(skill):
    other = Worker.objects.create(name="王芳", id_number=WOMAN, village_code="520527219200")
    services.add_skill(user=county_clerk(), worker=other, facts={"name": "焊工", "level": 1})
    services.add_skill(
        user=county_clerk(), worker=other, facts={"name": "育婴员", "level": 5, "cert_type": "培训合格证书"}
    )
    client = api_client_for(county_clerk(), "registry:read")
    named = lambda query: [row["name"] for row in client.get(f"/api/v1/workers/?{query}").json()["results"]]  # noqa: E731 - said often
    assert named("trade=焊") == ["张国强", "王芳"]
    assert named("trade=焊工&level_from=3") == ["张国强"]
    assert named("level_from=4") == ["王芳"]
    assert named("cert_type=培训合格证书&trade=焊") == []
    page = client_for(county_clerk()).get("/workers/?cert_type=职业技能等级证书").content.decode()
    assert ("张国强" in page, "王芳" in page) == (True, False)
    assert client.get(f"/api/v1/workers/{skill.worker_id}/").json()["skills"] == [{**WELDER, "issued_on": "2024-06-01"}]


def test_a_merge_brings_skills_and_its_undo_takes_them_back(skill):
    other = Worker.objects.create(name="张国强", id_number=WOMAN, village_code="520527219200")
    services.add_skill(user=county_clerk(), worker=skill.worker, facts={"name": "电工"})
    services.add_skill(user=county_clerk(), worker=other, facts={"name": "电工", "level": 2})
    before = list(Skill.objects.order_by("pk").values("pk", "worker_id", "name", "level"))
    merge = merge_workers(user=county_clerk(), kept_id=other.pk, merged_id=skill.worker_id)
    assert set(Skill.objects.values_list("worker_id", "name", "level")) == {
        (other.pk, "焊工", 3),
        (other.pk, "电工", 2),
    }
    undo_merge(user=county_clerk(), merge=merge)
    assert list(Skill.objects.order_by("pk").values("pk", "worker_id", "name", "level")) == before
