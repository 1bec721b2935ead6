"""``load_divisions FILE``: what is taken, what is refused and how it is told."""

import io
import json

import pytest
from django.core.management import call_command

from core.divisions.models import Division

pytestmark = pytest.mark.django_db


def load(path):
    out, code = io.StringIO(), 0
    try:
        call_command("load_divisions", str(path), stdout=out)
    except SystemExit as left:
        code = left.code
    return json.loads(out.getvalue()), code


def test_a_file_is_loaded_once_and_then_changes_what_differs(tmp_path):
    path = tmp_path / "区划.csv"
    path.write_text(
        "code,name,level\n522731999,新镇,township\n522731999200,新村村民委员会,village\n", encoding="utf-8-sig"
    )
    assert load(path) == ({"rows": 2, "created": 2, "updated": 0}, 0)
    assert load(path) == ({"rows": 2, "created": 0, "updated": 0}, 0)
    path.write_text("code,name\n522731999,新镇人民街道\n", encoding="utf-8")
    assert load(path) == ({"rows": 1, "created": 0, "updated": 1}, 0)
    assert list(Division.objects.values_list("code", "name", "level")) == [
        ("522731999", "新镇人民街道", "township"),
        ("522731999200", "新村村民委员会", "village"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "缺少 code 或 name 列"),
        ("code,name\n52x,坏\n".encode(), "第2行"),
        ("code,name\n５２,全角\n".encode(), "第2行"),
        ("code,name\n52,好\n5201,\n".encode(), "第3行"),
        (b"code,name\n52," + "长".encode() * 101 + b"\n", "第2行"),
        ("code,name,effective_to\n52,好,昨天\n".encode(), "第2行"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_bad_file_changes_nothing_and_is_told(tmp_path, content, said):
    path = tmp_path / "坏.csv"
    path.write_bytes(content)
    document, code = load(path)
    assert (code, document["field"], said in document["detail"]) == (2, "FILE", True)
    assert Division.objects.count() == 0


def test_what_is_no_file_is_told(tmp_path):
    for path in (tmp_path, tmp_path / "没有.csv"):
        document, code = load(path)
        assert (code, document["field"]) == (2, "FILE")
