"""The demo county's comparison bench: last month's list of another office, partly settled."""

import csv
import io
from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.identity import make_id_number
from core.workbooks.services import Silent
from workers.comparisons.comparing import run_comparison
from workers.comparisons.models import Difference
from workers.comparisons.services import accept, create_comparison, reject
from workers.models import GroupMembership, Worker

AGE: Final = timedelta(days=25)
GROUP: Final = "monitored"
LEFT_OUT: Final = 30
"""Of those in the group every 30th is missing from the list, and of another 30th the telephone is an old one."""
ADDED: Final = 900
"""Of the others every 900th stands on it, to 120 people."""
STRANGERS: Final = (("周远航", date(1979, 4, 13)), ("吴晓梅", date(1988, 11, 2)))
"""Two nobody registered."""


def load_list(*, root: str, today: date) -> None:
    """Compare a list of monitored people with the register, a month old, and settle half of what came of it."""
    officer = User.objects.get(username="registry_officer")
    made = create_comparison(
        user=officer,
        kind=GROUP,
        as_of=today - AGE,
        title=f"全国防返贫监测系统{today - AGE:%Y年%m月}名单",
        document=f"黔防返贫〔{(today - AGE):%Y}〕{(today - AGE).month}号",
        file=io.BytesIO(_csv(root, today - AGE).encode()),
        name="监测对象名单.csv",
        start=False,
    )
    run_comparison(comparison=made, progress=Silent())
    differences = Difference.objects.visible_to(officer).filter(comparison=made)
    for kind, settle in ((Difference.Kind.THERE, _accept), (Difference.Kind.COLUMN, _reject)):
        found = list(differences.filter(kind=kind).order_by("pk").values_list("pk", flat=True))
        settle(officer, differences.filter(pk__in=found[: (len(found) + 1) // 2]))


def _accept(officer: User, rows: QuerySet[Difference]) -> None:
    accept(user=officer, rows=rows, reason="与乡村振兴站核实")


def _reject(officer: User, rows: QuerySet[Difference]) -> None:
    reject(user=officer, rows=rows, note="电话以入户登记为准")


def _csv(root: str, as_of: date) -> str:
    """The list as the other office writes it: names, numbers, telephones of which some are outdated."""
    people = Worker.objects.filter(village_code__startswith=root).order_by("pk")
    held = GroupMembership.objects.filter(group=GROUP).values_list("worker_id", flat=True)
    inside = set(held)
    others = list(people.exclude(pk__in=inside).values_list("pk", flat=True)[::ADDED][:120])
    listed = [pk for place, pk in enumerate(sorted(inside)) if place % LEFT_OUT] + others
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("姓名", "身份证号码", "联系电话", "监测类别", "识别时间"))
    for place, (name, number, phone) in enumerate(
        people.filter(pk__in=listed).values_list("name", "id_number", "phone").iterator()
    ):
        old = f"1390000{place % 10_000:04d}" if place % LEFT_OUT == 1 else phone
        writer.writerow((name, number, old, "边缘易致贫户", as_of - timedelta(days=40)))
    for name, born in STRANGERS:
        number = make_id_number("529999", born, 998)
        writer.writerow((name, number, "", "突发严重困难户", as_of - timedelta(days=10)))
    return text.getvalue()
