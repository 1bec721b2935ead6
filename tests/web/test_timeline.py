import datetime as dt

import pytest

from core.formats.identity import make_id_number
from core.history.services import operation
from core.web.timeline import timeline_of
from tests import people
from workers.models import Worker

pytestmark = pytest.mark.django_db
FIRST, SECOND = (make_id_number("529999", dt.date(1990, 1, day), 13) for day in (1, 2))


def worker():
    with operation(user=people.county_clerk(), action="workers.create"):
        return Worker.objects.create(name="王一", id_number=FIRST, village_code=f"{people.TOWNSHIP}200")


def test_a_change_says_who_why_and_what_newest_first():
    one = worker()
    with operation(user=people.township_clerk(), action="workers.edit", reason="电话核实"):
        Worker.objects.filter(pk=one.pk).update(labour_status="省外务工", name="王二")
    changed, created = timeline_of(one, actions={"workers.edit": "修改资料"})
    assert (changed.who, changed.text, changed.reason) == ("乡镇专员", "修改资料", "电话核实")
    assert changed.changes == (("就业状态", "—", "省外务工"), ("姓名", "王一", "王二"))
    assert (created.who, created.text, created.changes) == ("县管理员", "建立", ())


def test_personal_data_stay_masked_and_what_follows_from_them_is_left_out():
    one = worker()
    Worker.objects.filter(pk=one.pk).update(id_number=SECOND, phone="13800001234")
    changed = timeline_of(one)[0]
    assert changed.changes == (
        ("身份证号码", f"529999********{FIRST[14:]}", f"529999********{SECOND[14:]}"),
        ("联系电话", "—", "138****1234"),
    )


def test_more_fields_can_be_masked():
    one = worker()
    Worker.objects.filter(pk=one.pk).update(name="欧阳修远")
    assert timeline_of(one, masks={"name": "name"})[0].changes == (("姓名", "王*", "欧**远"),)
