"""What may follow what: confirm, cancel, undo at the wrong time; a run that is stopped, fails, or is lost."""

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.history.services import operation
from core.jobs import services as jobs
from core.jobs.models import Job
from core.workbooks import services
from core.workbooks.models import Import
from employment.models import Employer
from tests.people import township_clerk
from tests.workbooks.conftest import read, run
from tests.workbooks.kinds import Firms, firm, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirm(api):
    return lambda source, rows="good": api.post(f"/api/v1/imports/{source.pk}/confirm/", {"rows": rows}, format="json")


def staged_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'")
        return cursor.fetchone()[0]


def test_all_is_refused_while_a_row_is(hand_in, firms, confirm):
    source = hand_in(firms(firm("甲厂"), firm("乙厂", size="多")))
    answer = confirm(source, "all")
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "detail": "有1行不能导入，请改正后再全部导入，或只导入正确的行。",
            "field": "rows",
            "code": "refused_rows",
        },
    )
    assert Import.objects.get().state == "ready"


@pytest.mark.parametrize("body", ['{"rows": "some"}', "{}", "[]", "3", '{"rows": {"a": 1}}'])
def test_confirming_without_saying_which_rows_names_the_field(api, hand_in, firms, body):
    source = hand_in(firms(firm("甲厂")))
    url = f"/api/v1/imports/{source.pk}/confirm/"
    answer = api.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "rows")


def test_a_body_that_is_no_json_is_400(api, hand_in, firms):
    source = hand_in(firms(firm("甲厂")))
    answer = api.post(f"/api/v1/imports/{source.pk}/confirm/", "{rows", content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (400, "请求内容无法解析。")


@pytest.mark.parametrize(("state", "word"), [("queued", "排队中"), ("checking", "检查中"), ("failed", "失败")])
def test_only_a_checked_import_can_be_confirmed(hand_in, firms, confirm, state, word):
    source = hand_in(firms(firm("甲厂")), checked=False)
    Import.objects.update(state=state)
    answer = confirm(source)
    assert (answer.status_code, answer.json()["detail"]) == (409, f"导入处于“{word}”状态，不能确认。")


def test_confirming_twice_before_the_writing_makes_one_run(hand_in, firms, confirm):
    source = hand_in(firms(firm("甲厂")))
    answers = [confirm(source), confirm(source, "all")]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(202, "importing")] * 2
    assert Job.objects.filter(kind="imports.write").count() == 1
    assert Import.objects.get().rows_wanted == "good"


def test_an_import_whose_writer_is_gone_is_written_once_its_lease_has_ended(hand_in, firms, confirm):
    source = services.confirm_import(source=hand_in(firms(firm("甲厂"))), rows="good", start=False)
    assert (confirm(source).status_code, run(source).state) == (202, "importing")
    Job.objects.filter(kind="imports.write").update(lease_until=timezone.now())
    assert (run(source).state, Employer.objects.count()) == ("done", 1)


def test_a_checked_import_is_cancelled_and_its_rows_are_forgotten(api, hand_in, firms, confirm):
    source = hand_in(firms(firm("甲厂")))
    assert staged_tables() == 2
    for _ in range(2):
        answer = api.post(f"/api/v1/imports/{source.pk}/cancel/")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (staged_tables(), confirm(source).status_code, Employer.objects.count()) == (0, 409, 0)


def test_a_queued_import_is_cancelled_with_its_run(api, hand_in, firms):
    source = hand_in(firms(firm("甲厂")), checked=False)
    assert api.post(f"/api/v1/imports/{source.pk}/cancel/").status_code == 200
    assert Job.objects.get().state == "cancelled"
    assert (run(source).state, staged_tables()) == ("cancelled", 0)


def test_a_written_import_cannot_be_cancelled(api, hand_in, firms, confirm):
    source = hand_in(firms(firm("甲厂")))
    confirm(source)
    run(source)
    answer = api.post(f"/api/v1/imports/{source.pk}/cancel/")
    assert (answer.status_code, answer.json()["detail"]) == (409, "导入处于“已完成”状态，不能取消。")


def test_stopping_the_run_of_a_check_cancels_the_import(hand_in, firms, clerk):
    source = hand_in(firms(firm("甲厂")), checked=False)
    jobs.cancel(job=source.job, user=clerk)
    assert Import.objects.get().state == "cancelled"


def test_stopping_the_run_of_a_writing_leaves_the_import_to_be_confirmed_again(hand_in, firms, clerk, confirm):
    source = hand_in(firms(firm("甲厂")))
    confirm(source)
    source.refresh_from_db()
    jobs.cancel(job=source.job, user=clerk)
    source.refresh_from_db()
    assert (source.state, source.rows_wanted, Employer.objects.count()) == ("ready", "", 0)
    confirm(source)
    assert (run(source).state, Employer.objects.count()) == ("done", 1)


class Breaking(Firms):
    """A kind whose own code breaks while its rows are written."""

    kind = "test_breaking"

    def after_write(self, batch):
        raise ZeroDivisionError


def test_a_writing_that_breaks_ends_failed_with_a_sentence_and_writes_nothing(hand_in, firms, confirm, caplog):
    with registered(Breaking):
        source = hand_in(firms(firm("甲厂")), "test_breaking")
        confirm(source)
        source = run(source)
    assert (source.state, source.error, Employer.objects.count(), staged_tables()) == (
        "failed",
        "程序出错（ZeroDivisionError），已记录，请联系管理员。",
        0,
        0,
    )
    assert "甲厂" not in caplog.text


def test_a_file_that_is_gone_fails_the_check_with_a_sentence(hand_in, firms):
    source = hand_in(firms(firm("甲厂")), checked=False)
    source.path.unlink()
    source = run(source)
    assert (source.state, source.error) == ("failed", "程序出错（FileNotFoundError），已记录，请联系管理员。")


@pytest.fixture
def written(hand_in, firms, confirm):
    source = hand_in(firms(firm("甲厂", size=3), firm("乙厂", size=4)))
    confirm(source)
    return run(source)


def test_undo_lists_the_rows_changed_since(api, browser, written, clerk):
    with operation(user=clerk, action="employers.edit"):
        Employer.objects.filter(name="乙厂").update(size=5)
    changed = Employer.objects.get(name="乙厂").pk
    answer = api.post(f"/api/v1/imports/{written.pk}/undo/")
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "detail": "撤销失败：这次操作涉及的记录后来又被修改过。",
            "field": None,
            "code": "changed_since",
            "rows": [{"table": "employment_employer", "id": changed}],
        },
    )
    page = browser.post(f"/imports/{written.pk}/undo/")
    assert (page.status_code, "乙厂" in page.content.decode(), "甲厂" in page.content.decode()) == (409, True, False)
    assert (Import.objects.get().state, Employer.objects.count()) == ("done", 2)


@pytest.mark.parametrize("state", ["ready", "importing", "failed", "cancelled"])
@pytest.mark.parametrize("undo", [services.undo_import, services.start_undo])
def test_only_a_written_import_can_be_undone(hand_in, firms, clerk, state, undo):
    source = hand_in(firms(firm("甲厂")))
    Import.objects.update(state=state)
    with pytest.raises(Conflict, match="不能撤销"):
        undo(source=source, user=clerk)


def test_asking_twice_for_an_undo_makes_one_run(written, clerk):
    for _ in range(2):
        services.start_undo(source=written, user=clerk)
    assert Job.objects.filter(kind="imports.undo").count() == 1
    assert (run(written).state, Employer.objects.count()) == ("undone", 0)
    assert services.start_undo(source=written, user=clerk).state == "undone"


def test_an_undo_overtaken_by_a_change_is_said_on_the_page(browser, written, clerk):
    services.start_undo(source=written, user=clerk)
    with operation(user=clerk, action="employers.edit"):
        Employer.objects.filter(name="乙厂").update(size=5)
    assert (run(written).state, Employer.objects.count()) == ("done", 2)
    page = browser.get(f"/imports/{written.pk}/").content.decode()
    assert ("撤销失败：这次操作涉及的记录后来又被修改过。" in page, "撤销这次导入" in page) == (True, True)


def test_an_undone_file_can_be_imported_again(hand_in, firms, confirm, clerk):
    path = firms(firm("甲厂", size=3))
    for _ in range(2):
        source = hand_in(path)
        assert source.full_counts["created"] == 1
        confirm(source)
        services.undo_import(source=run(source), user=clerk)
    assert Employer.objects.count() == 0


def test_the_file_of_an_ended_import_can_be_deleted_with_its_marked_copies(api, hand_in, firms):
    source = hand_in(firms(firm("甲厂", size="多")))
    url = f"/api/v1/imports/{source.pk}/"
    assert read(api.get(f"{url}errors/?format=xlsx")).status_code == 200
    services.remove_file(source=source)
    assert source.path.exists()
    api.post(f"{url}cancel/")
    source.refresh_from_db()
    services.remove_file(source=source)
    assert list(source.path.parent.glob(f"{source.pk}*")) == []
    answer = api.get(f"{url}errors/?format=xlsx")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "导入处于“已取消”状态，没有标出错误的工作簿。",
    )


def test_a_kind_nobody_declared_and_a_kind_one_may_not_import(clerk, firms):
    with firms(firm("甲厂")).open("rb") as file, pytest.raises(DomainError, match="没有“moon”这种表格"):
        services.create_import(user=clerk, kind="moon", file=file, name="x.xlsx")
    clerk.role = "finance_officer"
    with (
        firms(firm("甲厂")).open("rb") as file,
        pytest.raises(services.NotAllowed, match="您没有导入《企业试表》的权限"),
    ):
        services.create_import(user=clerk, kind="test_firms", file=file, name="x.xlsx")


def test_a_colleague_may_not_see_what_was_handed_in_but_the_administrator_sees_the_colleagues(hand_in, firms, clerk):
    source = hand_in(firms(firm("甲厂")), user=township_clerk())
    other = hand_in(firms(firm("乙厂")))
    seen = {user.username: set(Import.objects.visible_to(user)) for user in (clerk, township_clerk())}
    assert seen == {"xian": {source, other}, "xiang": {source}}
