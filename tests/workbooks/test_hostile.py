"""Files that are no workbooks, or that would cost too much: a clear sentence, never a 500, nothing left behind."""

import zipfile
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile

from core.workbooks.files.refusals import SENTENCES
from core.workbooks.models import Import
from tests.workbooks.conftest import read, run
from tests.workbooks.kinds import firm
from tests.workbooks_files.makers import book, compound_file
from tests.workbooks_files.test_refused_files import bomb, zipped

pytestmark = pytest.mark.django_db
NO_HEADINGS = "没有找到能识别的表头行（应有“企业名称”等列）。请下载模板，对照模板的列名检查表头后再上传。"


def word(folder):
    return zipped(folder / "花名册.xlsx", word__document_xml="<w/>")


def zip_bomb(folder):
    return bomb(folder / "花名册.xlsx", 200 << 20)


def empty_book(folder):
    return book(folder / "空.xlsx", ("Sheet1", []))


def locked(folder):
    streams = {"EncryptionInfo": bytes(4096), "EncryptedPackage": bytes(range(256)) * 40}
    return compound_file(folder / "加密.xlsx", streams)


def nonsense(folder):
    rows = [[f"列{column}之{row}" for column in range(40)] for row in range(60)]
    return book(folder / "四十列.xlsx", ("乱", rows))


def truncated(folder):
    path = book(folder / "半截.xlsx", ("企业", [["企业名称", "规模(人)"], *([f"{n}厂", n] for n in range(2000))]))
    path.write_bytes(path.read_bytes()[:-4000])
    return path


def far_corner(folder):
    path = folder / "远.xlsx"
    book(path, ("企业", [["企业名称"], ["甲厂"]]))
    from openpyxl import load_workbook  # noqa: PLC0415 - used by this maker alone

    made = load_workbook(path)
    made["企业"]["XFD1048576"] = "远"
    made.save(path)
    return path


def bytes_of(data, name="花名册.xlsx"):
    def make(folder):
        (folder / name).write_bytes(data)
        return folder / name

    return make


HOSTILE = [
    pytest.param(word, SENTENCES["word"], id="a Word document"),
    pytest.param(zip_bomb, SENTENCES["zip_bomb"], id="a zip bomb of 200 MB"),
    pytest.param(empty_book, SENTENCES["empty"], id="an empty book"),
    pytest.param(locked, SENTENCES["password"], id="a book with a password"),
    pytest.param(nonsense, NO_HEADINGS, id="40 columns of nonsense"),
    pytest.param(truncated, SENTENCES["damaged"], id="half of a book"),
    pytest.param(far_corner, SENTENCES["too_large"], id="one cell in the farthest corner"),
    pytest.param(bytes_of(b"\x89PNG\r\n\x1a\n"), SENTENCES["picture"], id="a picture"),
    pytest.param(bytes_of(b"\0" * 5000, "表.csv"), SENTENCES["not_workbook"], id="zeros"),
    pytest.param(bytes_of('企业名称,规模\n"甲厂,3\n'.encode(), "表.csv"), SENTENCES["quotes"], id="an open quote"),
]


@pytest.mark.parametrize(("make", "sentence"), HOSTILE)
def test_the_import_fails_with_a_sentence(api, browser, tmp_path, make, sentence):
    path = make(tmp_path)
    with path.open("rb") as file:
        handed = api.post("/api/v1/imports/", {"kind": "test_firms", "file": file})
    assert handed.status_code == 202
    url = f"/api/v1/imports/{handed.json()['id']}/"
    run(Import.objects.get())
    found = api.get(url).json()
    assert (found["state"], found["detail"], found["counts"]["rows"]) == ("failed", sentence, 0)
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 409
    assert api.get(f"{url}errors/").json() == {"count": 0, "next": None, "results": []}
    assert api.get(f"{url}errors/?format=xlsx").status_code == 409
    page = browser.get(f"/imports/{found['id']}/")
    assert (page.status_code, sentence in page.content.decode()) == (200, True)
    assert browser.get(f"/imports/{found['id']}/marked.xlsx").status_code == 302


def test_an_empty_file_is_told_by_the_page_at_once_and_by_the_check(api, browser):
    page = browser.post("/imports/new/", {"kind": "test_firms", "file": SimpleUploadedFile("空.xlsx", b"")})
    assert (page.status_code, "文件是空的，请检查后重新选择。" in page.content.decode()) == (422, True)
    handed = api.post("/api/v1/imports/", {"kind": "test_firms", "file": SimpleUploadedFile("空.xlsx", b"")})
    source = run(Import.objects.get(pk=handed.json()["id"]))
    assert (source.state, source.error) == ("failed", SENTENCES["empty"])


@pytest.mark.parametrize(
    ("data", "field"),
    [({}, "file"), ({"kind": "test_firms"}, "file"), ({"kind": "test_firms", "file": "no file"}, "file")],
)
def test_nothing_handed_in_names_the_field(api, browser, data, field):
    answer = api.post("/api/v1/imports/", data)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert browser.post("/imports/new/", data).status_code == 422
    assert Import.objects.count() == 0


@pytest.mark.parametrize("kind", ["", "moon", "test_firms\0", "工人", "../../etc"])
def test_an_unknown_kind_names_the_field(api, browser, firms, kind):
    content = firms(firm("甲厂")).read_bytes()
    answer = api.post("/api/v1/imports/", {"kind": kind, "file": SimpleUploadedFile("a.xlsx", content)})
    assert (answer.status_code, answer.json()["field"]) == (422, "kind")
    posted = browser.post("/imports/new/", {"kind": kind, "file": SimpleUploadedFile("a.xlsx", content)})
    assert posted.status_code == 422
    assert browser.get("/imports/new/", {"kind": kind}).status_code == 200


def test_a_body_that_is_no_form_is_refused(api):
    for body, kind in (("[]", "application/json"), ("{", "application/json"), ("x", "text/plain")):
        answer = api.post("/api/v1/imports/", body, content_type=kind)
        assert answer.status_code in {400, 415, 422}
    broken = api.post("/api/v1/imports/", "--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in {400, 422}


@pytest.mark.parametrize(
    "name",
    [
        "../../../tmp/x.xlsx",
        "C:\\花名册\\x.xlsx",
        "x" * 300 + ".xlsx",
        "無.ｘｌｓｘ",
        ".xlsx",
        "a\nb.xlsx",
        "'; DROP.csv",
    ],
)
def test_a_strange_file_name_stays_a_name(api, browser, firms, name):
    content = firms(firm("甲厂", size="多")).read_bytes()
    answer = api.post("/api/v1/imports/", {"kind": "test_firms", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 202
    source = run(Import.objects.get())
    assert (source.state, source.path.parent, len(source.file_name) <= 200) == (
        "ready",
        Path(project.UPLOADS_DIR),
        True,
    )
    assert read(browser.get(f"/imports/{source.pk}/marked.xlsx")).status_code == 200


def test_a_file_over_the_limit_is_refused_and_not_kept(api, browser, settings, firms, tmp_path):
    settings.MOST_UPLOAD_BYTES, settings.UPLOADS_DIR = 2_000, tmp_path / "uploads"
    content = firms(*(firm(f"{n}厂") for n in range(100))).read_bytes()
    answer = api.post("/api/v1/imports/", {"kind": "test_firms", "file": SimpleUploadedFile("a.xlsx", content)})
    assert (answer.status_code, answer.json()["field"], answer.json()["code"]) == (422, "file", "too_large")
    page = browser.post("/imports/new/", {"kind": "test_firms", "file": SimpleUploadedFile("a.xlsx", content)})
    assert (page.status_code, "请分开导入" in page.content.decode()) == (422, True)
    assert (Import.objects.count(), list(settings.UPLOADS_DIR.glob("*"))) == (0, [])


def test_an_announced_flood_is_refused_before_it_is_read(api, browser, settings):
    settings.MOST_UPLOAD_BYTES = 1_000
    flood = SimpleUploadedFile("a.xlsx", b"x" * (2 << 20))
    answer = api.post("/api/v1/imports/", {"kind": "test_firms", "file": flood})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")
    flood.seek(0)
    assert browser.post("/imports/new/", {"kind": "test_firms", "file": flood}).status_code == 400


def test_a_book_with_more_files_than_sheets_is_read_by_its_sheets(hand_in, firms):
    path = firms(firm("甲厂"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert hand_in(path).full_counts["created"] == 1
