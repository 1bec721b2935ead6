"""Taking rows out: what is written, masked unless somebody says what for, kept in a register."""

import io

import pytest
from django.utils.timezone import localdate, localtime
from openpyxl import load_workbook

from core.accounts.models import AccessLog, User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from core.jobs import services as jobs
from core.workbooks.approvals import decide, to_decide
from core.workbooks.exports import create_export
from core.workbooks.models import Export
from employment.models import Employer
from tests.people import client_for, with_role
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(clerk):
    return [
        Employer.objects.create(name="甲厂", size=3, phone="13800000001", contact="6217000000000000004"),
        Employer.objects.create(name="乙厂", size=None, key_employer=True),
    ]


def written(export):
    """Run the export and read its workbook as rows."""
    jobs.run(job_id=export.job_id)
    export.refresh_from_db()
    sheet = load_workbook(export.path)["企业试表"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_all_columns_with_identity_masked(clerk, rows, export):
    made = export()
    assert written(made) == [
        ["企业名称", "统一社会信用代码", "规模(人)", "联系电话", "社保卡号", "是否重点企业"],
        ["甲厂", None, 3, "138****0001", "****0004", "否"],
        ["乙厂", None, None, None, None, "是"],
    ]
    assert (made.rows, made.finished_at is not None) == (2, True)


def test_the_columns_and_filters_of_the_list(clerk, rows):
    made = create_export(user=clerk, kind="test_firms", query={"q": "乙"}, columns=["规模(人)", "企业名称"])
    assert written(made) == [["企业名称", "规模(人)"], ["乙厂", None]]


def test_the_rows_of_one_import_that_a_list_shows(clerk, rows):
    with operation(user=clerk, action="test") as act:
        Employer.objects.filter(pk=rows[1].pk).update(size=9)
    made = create_export(user=clerk, kind="test_firms", query={"operation": str(act.pk)}, columns=["企业名称"])
    assert written(made)[1:] == [["乙厂"]]


def test_identity_in_full_needs_the_permission_and_a_purpose_and_is_logged(clerk, rows):
    wanted = {"kind": "test_firms", "query": {}, "full_identity": True, "columns": ["企业名称", "联系电话"]}
    with pytest.raises(DomainError, match="写明用途"):
        create_export(user=clerk, purpose="  ", **wanted)
    made = create_export(user=clerk, purpose="省厅核查", **wanted)
    assert written(made)[1:] == [["甲厂", "13800000001"], ["乙厂", None]]
    line = AccessLog.objects.get(action="export")
    assert (line.user, line.object_type, line.reason) == (clerk, "test_firms", "省厅核查")
    assert Export.objects.get().full_identity is True


def test_a_role_without_the_permission_takes_nothing_out():
    for user in (with_role("village_assistant"), with_role("finance_officer")):
        with pytest.raises(NotAllowed, match="您没有导出《企业试表》的权限"):
            create_export(user=user, kind="test_firms", query={})
    assert Export.objects.count() == 0


def test_the_register_leads_to_the_file(browser, rows, export):
    made = export(purpose="月报")
    waiting = browser.get(f"/exports/{made.pk}/file/")
    assert (waiting.status_code, waiting.url) == (302, f"/tasks/{made.job_id}/")
    jobs.run(job_id=made.job_id)
    page = browser.get("/exports/").content.decode()
    assert (f"/exports/{made.pk}/file/" in page, "月报" in page) == (True, True)
    answer = browser.get(f"/exports/{made.pk}/file/")
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert load_workbook(io.BytesIO(answer.getvalue()))["企业试表"]["A2"].value == "甲厂"


def test_somebody_elses_file_is_not_offered(rows, export):
    made = export(user=with_role("registry_officer", "520527219"), check=False)
    Export.objects.update(finished_at=made.created_at)
    colleague = client_for(with_role("county_admin"))
    assert f"/exports/{made.pk}/file/" not in colleague.get("/exports/").content.decode()


def test_rows_about_persons_need_a_purpose(clerk):
    for purpose in ("", "  "):
        with pytest.raises(DomainError, match="写明用途"):
            create_export(user=clerk, kind="workers", query={}, purpose=purpose)
    assert create_export(user=clerk, kind="workers", query={}, purpose="月报").purpose == "月报"


def test_every_printed_page_says_who_took_it_out_when_and_under_which_number(clerk, rows, export):
    User.objects.filter(pk=clerk.pk).update(full_name="县<管>理员&Co")
    made = Export.objects.get(pk=export().pk)
    written(made)
    sheet = load_workbook(made.path)["企业试表"]
    said = f"县<管>理员＆Co {localtime(made.created_at):%Y-%m-%d %H:%M} 导出编号 {made.number}"
    assert (sheet.oddHeader.right.text, sheet.oddFooter.left.text) == (said, said)
    assert made.number == f"{localdate():%Y%m%d}-0001"


def test_the_register_tells_number_filters_rows_and_purpose_but_no_number_of_a_person(browser, clerk, rows):
    said = "搜索：52999919900101001X；种类：企业"
    made = create_export(user=clerk, kind="test_firms", query={"q": "甲"}, purpose="月报", conditions=said)
    jobs.run(job_id=made.job_id)
    page = browser.get("/exports/").content.decode()
    assert [text in page for text in (made.number, "搜索：…；种类：企业", "月报", "52999919900101001X")] == [
        True
    ] * 3 + [False]
    answer = browser.get(f"/exports/{made.pk}/file/")
    answer.getvalue()
    assert f"_{made.number}.xlsx" in answer["Content-Disposition"]


def test_who_lost_the_permission_before_the_run_gets_no_file(rows, export):
    user = with_role("county_admin")
    plain, full = (
        create_export(user=user, kind="test_firms", query={}, full_identity=f, purpose="月报") for f in (False, True)
    )
    User.objects.filter(pk=user.pk).update(role="auditor")
    for made in (plain, full):
        jobs.run(job_id=made.job_id)
    assert list(Export.objects.values_list("finished_at", "file")) == [(None, "")] * 2


@pytest.mark.django_db(transaction=True)
def test_exports_asked_for_at_once_have_numbers_one_after_the_other():
    users = [with_role(role) for role in ("county_admin", "registry_officer", "dispatch_officer")]
    made = at_once(
        *(lambda user=user: create_export(user=user, kind="workers", query={}, purpose="月报") for user in users)
    )
    assert sorted(one.number for one in made) == [f"{localdate():%Y%m%d}-{n:04d}" for n in (1, 2, 3)]


class TestAuditors:
    """Who reads everything takes nothing out before somebody agreed (domain.md §2)."""

    @pytest.fixture
    def auditor(self):
        return with_role("auditor", "520527")

    @pytest.fixture
    def asked(self, auditor, rows):
        return create_export(user=auditor, kind="test_firms", query={}, purpose="年度审计抽查")

    def test_what_is_asked_for_waits_until_somebody_agreed(self, asked, auditor):
        chief = with_role("county_admin", "520527")
        assert (asked.approval, asked.job_id, list(to_decide(chief))) == ("asked", None, [asked])
        made = decide(user=chief, export=asked, granted=True)
        assert [row[0] for row in written(made)] == ["企业名称", "甲厂", "乙厂"]
        assert (made.decided_by, made.created_by, made.rows) == (chief, auditor, 2)
        assert list(AccessLog.objects.filter(action__startswith="export").order_by("pk").values_list("action", "user__username")) == [
            ("export", auditor.username), ("export.granted", chief.username),
        ]  # fmt: skip

    def test_a_refusal_says_why_and_starts_nothing(self, asked):
        chief = with_role("county_admin", "520527")
        with pytest.raises(DomainError, match="写明原因"):
            decide(user=chief, export=asked, granted=False)
        made = decide(user=chief, export=asked, granted=False, note="请缩小范围")
        assert (made.approval, made.job_id, made.decision_note) == ("refused", None, "请缩小范围")
        with pytest.raises(Conflict):
            decide(user=chief, export=asked, granted=True)

    def test_who_may_decide(self, asked, auditor):
        township, elsewhere = with_role("county_admin", "520527219"), with_role("county_admin", "522731")
        officer = with_role("registry_officer", "520527")
        assert [list(to_decide(one)) for one in (township, elsewhere, officer, auditor)] == [[], [], [], []]
        for one, refusal in ((township, NotFound), (elsewhere, NotFound), (officer, NotAllowed), (auditor, NotAllowed)):
            with pytest.raises(refusal):
                decide(user=one, export=asked, granted=True)

    def test_it_needs_a_purpose_and_never_shows_identity_in_full(self, auditor, rows):
        with pytest.raises(DomainError, match="写明用途"):
            create_export(user=auditor, kind="test_firms", query={})
        with pytest.raises(NotAllowed):
            create_export(user=auditor, kind="test_firms", query={}, purpose="审计", full_identity=True)

    def test_the_pages_from_the_list_to_the_file(self, auditor, rows):
        reader, chief = client_for(auditor), client_for(with_role("county_admin", "520527"))
        page = reader.get("/employment/employers/").content.decode()
        assert ("申请导出" in page, "开始导出" in page) == (True, False)
        answer = reader.post("/employment/employers/", {"action": "export", "purpose": "年度审计抽查"})
        assert answer["Location"] == "/exports/"
        made = Export.objects.get()
        assert "待审批" in reader.get("/exports/").content.decode()
        assert reader.get(f"/exports/{made.pk}/file/")["Location"] == "/exports/"
        address = f"/exports/{made.pk}/decide/"
        assert "审批导出申请" in chief.get("/").content.decode()
        assert (address in chief.get("/exports/").content.decode(), reader.get(address).status_code) == (True, 403)
        assert "年度审计抽查" in chief.get(address).content.decode()
        assert chief.post(address, {"granted": "yes"})["Location"] == "/exports/"
        made.refresh_from_db()
        jobs.run(job_id=made.job_id)
        answer = reader.get(f"/exports/{made.pk}/file/")
        assert load_workbook(io.BytesIO(answer.getvalue()))["企业台账"]["A2"].value == "甲厂"
        assert chief.get(address).status_code == 404
