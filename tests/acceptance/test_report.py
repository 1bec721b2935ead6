"""The retention report by command and API (formats.md §3.2, §4): its numbers are those of the statistics."""

import datetime as dt

import pytest
from openpyxl import load_workbook

from tests.acceptance.desk import COUNTY, TOWN, command
from tests.acceptance.reckoning import Reckoner
from tests.acceptance.test_digits import ODD
from tests.acceptance.test_imports_api import work
from tests.acceptance.world import World

pytestmark = pytest.mark.django_db
YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def milestones(found):
    """Day → (due, still, left, unknown, rate)."""
    return {one["days"]: (one["due"], one["still"], one["left"], one["unknown"], one["rate"]) for one in found}


def statistics(office, **options):
    totals = {days: office.statistics(f"RET_{days}", period="2025", **options)["total"] for days in (30, 90, 180)}
    return {
        days: (one["denominator"], one["numerator"], one["left"], one["unknown"], one["value"])
        for days, one in totals.items()
    }


@pytest.fixture
def world(office):
    made = World(3)
    made.send(office, ODD)
    return made


def test_the_command_writes_a_workbook_and_prints_the_numbers_of_the_statistics(office, world, tmp_path):
    reckoner = Reckoner(world.people, world.stations)
    for words, options in (
        ([], {}),
        (["as_of=2025-06-15"], {"as_of": "2025-06-15"}),
        ([f"division={TOWN}", "as_of=2025-09-30"], {"division": TOWN, "as_of": "2025-09-30"}),
    ):
        out = tmp_path / "稳岗.xlsx"
        document, code = command("report", "retention", "period=2025", *words, "--out", str(out))
        assert code == 0
        found = milestones(document["result"]["milestones"])
        assert found == statistics(office, **options)
        as_of = dt.date.fromisoformat(options.get("as_of", "2025-12-31"))
        total, _ = reckoner.answer("RET_30", (*YEAR, as_of), options.get("division", COUNTY))
        assert found[30][:2] == (total["denominator"], total["numerator"])
        assert load_workbook(out).sheetnames


def test_bad_parameters_of_the_command(office, tmp_path):
    out = ("--out", str(tmp_path / "x.xlsx"))
    for words, field in (
        (["nothing", *out], "kind"),
        (["retention", "period=20x5", *out], "period"),
        (["retention", "colour=red", *out], "colour"),
        (["retention", "division=520527", *out], "division"),
        (["retention", "--out", "/nowhere/x.xlsx"], "out"),
    ):
        document, code = command("report", *words)
        assert (code, sorted(document), document["field"]) == (2, ["detail", "field"], field)


def test_the_api_computes_it_in_the_background(api, office, world):
    asked = api.post("/api/v1/reports/", {"kind": "retention", "parameters": {"period": "2025"}}, format="json")
    assert (asked.status_code, sorted(asked.json())) == (202, ["id", "state"])
    url = f"/api/v1/reports/{asked.json()['id']}/"
    assert api.get(f"{url}file/").status_code == 409
    work()
    done = api.get(url).json()
    assert (done["state"], done["progress"]) == ("done", 100)
    assert milestones(done["result"]["milestones"]) == statistics(office)
    assert b"".join(api.get(f"{url}file/").streaming_content)[:2] == b"PK"
    assert api.post("/api/v1/reports/", {"kind": "gossip"}, format="json").status_code == 422
