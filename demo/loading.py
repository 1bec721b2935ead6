"""Loading the demo county: invented facts by set-based SQL, everything derived by the product's own rebuild."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from core.accounts.models import User
from core.accounts.passwords import generate
from core.accounts.roles import ROLES, ScopeKind
from core.accounts.services import Scope, create_user
from core.divisions.queries import children_of, names_of, root_division, villages_of
from core.errors import Conflict, DomainError
from core.history.services import operation
from core.workbooks.staging import copy
from demo.employers import complete_employers
from demo.lists import load_list
from demo.names import invented_names
from demo.surveys import load_campaigns
from employment.mergers.finding import find_pairs
from employment.rebuilding import rebuild_spells
from workers.bitmaps.building import refresh_bitmaps
from workers.doubles.finding import find_doubles
from workers.models import Worker

SQL = Path(__file__).parent / "sql"
SEED = 520527
MOST_NAMES = 60_000
CAMPAIGN_DAYS = 30
FESTIVALS = (
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)
"""First days of the lunar year: the campaign begins some days after."""

Say = Callable[[str], None]


def load_demo(*, scale: int, say: Say = lambda _: None) -> dict[str, object]:
    """Fill an installation without people with ``scale`` invented ones and a year of their work.

    Raises ``Conflict`` when people are registered already, ``DomainError`` when the root division has no villages.
    """
    params = _params(scale)
    with operation(user=None, action="demo.load"):
        _functions_and_names(min(scale, MOST_NAMES))
        for step, title in (
            ("people", "人员和家庭户"),
            ("skills", "技能证书"),
            ("doubles", "同一人的两份登记"),
            ("work", "用人单位和务工台账"),
            ("journeys", "春风行动、到岗和回访"),
            ("places", "就业载体、劳务品牌和返乡监测"),
            ("market", "岗位、招聘会和求职登记"),
            ("organisers", "劳务带头人和机构"),
            ("employer_visits", "访企拓岗"),
        ):
            say(title)
            _run(step, params)
        complete_employers(root=root_division())
        say("推算就业记录和回访计划")
        _derive()
        find_doubles()
        find_pairs()
        users = demo_users(root_division())
        say("走访活动")
        load_campaigns(root=root_division(), today=timezone.localdate(), run=_run)
    say("名单比对")
    load_list(root=root_division(), today=timezone.localdate())
    _settle()
    return {"workers": scale, "users": users}


def load_people(*, scale: int) -> None:
    """Only the people and households of the demo county, into an installation without any; refusals as of ``load_demo``."""
    params = _params(scale)
    with operation(user=None, action="demo.load"):
        _functions_and_names(min(scale, MOST_NAMES))
        _run("people", params)
    _settle()


def _params(scale: int) -> dict[str, str | int | date]:
    """What the steps ask for; refuses an installation that has people, or no villages to put them into."""
    if Worker.objects.exists():
        code, message = "not_empty", "登记库里已有人员，演示县只能装入空的系统。"
        raise Conflict(code, message)
    root = root_division()
    if not villages_of(root):
        code, message = "divisions", f"区划 {root} 下没有村级区划，请先运行 load_divisions。"
        raise DomainError(code, message, "ROOT_DIVISION")
    today = timezone.localdate()
    return {
        "root": root,
        "scale": scale,
        "today": today,
        "festival": max((day for day in FESTIVALS if (today - day).days > CAMPAIGN_DAYS), default=FESTIVALS[0]),
        "county": names_of({root}).get(root, ""),
    }


def _run(step: str, params: Mapping[str, str | int | date]) -> None:
    text = (SQL / f"{step}.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        for statement in text.split(";\n"):
            if statement.strip():
                cursor.execute(statement, params)


def _functions_and_names(names: int) -> None:
    with connection.cursor() as cursor:
        # The same number always picks the same value: a county loaded twice is the same county.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION pg_temp.pick(bigint, bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS"
            " $$ SELECT (hashint8extended($1, $2) & 2147483647) % $3 $$"
        )
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            "CREATE TEMP TABLE demo_name (place bigint PRIMARY KEY, name text, name_key text,"
            " name_initials text) ON COMMIT DROP"
        )
        rows = (f"{place}\t" + "\t".join(name) + "\n" for place, name in enumerate(invented_names(names, SEED)))
        copy(cursor, "demo_name", ("place", "name", "name_key", "name_initials"), rows)
        cursor.execute("ANALYZE demo_name")


def _derive() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker_id FROM employment_declaredjob UNION SELECT worker_id FROM dispatch_passenger"
            " UNION SELECT worker_id FROM stations_visit UNION SELECT worker_id FROM employment_referral"
        )
        ids = [row[0] for row in cursor.fetchall()]
    rebuild_spells(worker_ids=ids)


def _settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    refresh_bitmaps(everything=True, budget=3600)


@transaction.atomic
def demo_users(root: str) -> list[dict[str, str]]:
    """One account for each role with a generated password, told only here; accounts that exist are left alone."""
    townships = children_of(root)
    township = next((code for code, name in townships if name.startswith("古达")), townships[0][0])
    village = villages_of(township)[0][0]
    made = []
    for code, role in ROLES.items():
        if User.objects.filter(username=code).exists():
            continue
        division = {"township_officer": township, "village_assistant": village}.get(
            code, "440113" if role.scope_kind is ScopeKind.DESTINATION else root
        )
        scope = Scope(
            division=division,
            stations=("GZ-01",) if role.scope_kind is ScopeKind.STATIONS else (),
            institutions=("示范职业培训学校",) if role.scope_kind is ScopeKind.INSTITUTIONS else (),
        )
        password = generate()
        create_user(
            username=code,
            role=code,
            scope=scope,
            full_name=f"{role.name_zh}（演示）",
            password=password,
            must_change=False,
        )
        made.append({"username": code, "password": password, "role": role.name_zh, "division": division})
    return made
