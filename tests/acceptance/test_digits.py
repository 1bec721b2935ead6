"""Every number of the platform against the reckoning, whatever order the files came in (formats.md §1.4, §3.1)."""

import datetime as dt

import pytest

from core.workbooks.models import Import
from employment.models import Spell
from tests.acceptance.desk import COUNTY
from tests.acceptance.reckoning import Reckoner
from tests.acceptance.world import World

pytestmark = pytest.mark.django_db
D = dt.date
TODAY = D(2025, 12, 31)
ALWAYS = (D(2025, 1, 1), D(2025, 12, 31), "2025")
SPRING = (D(2025, 2, 1), D(2025, 3, 31), "2025-02-01..2025-03-31")
OF_PEOPLE = ((), ("township",), ("sex", "age_band"), ("group",), ("month",), ("township", "quarter"))
JOURNEYS = ((), ("mode",), ("trip",), ("month",), ("township",), ("group",), ("mode", "destination"))
HELPED = ((), ("destination_city",), ("month",), ("group",), ("channel",))
RETENTION = ((), ("month",), ("township",), ("destination",), ("employer",))
VARIED = [
    *[("OUT_STOCK", by) for by in (("destination",), ("destination_city", "village"), ("channel",), ("employer",))],
    *[(code, by) for code in ("LDB_TOTAL", "OUT_STOCK", "STN_COVER") for by in OF_PEOPLE],
    *[(code, by) for code in ("OUT_GROUP", "ORG_SHARE") for by in OF_PEOPLE],
    *[("OUT_DEST", by) for by in ((), ("destination",), ("destination_city",))],
    *[("STN_COVER", by) for by in (("station",), ("destination",), ("station", "sex"))],
    *[(code, by) for code in ("COOP_GD", "COOP_OTHER", "COOP_NEAR") for by in HELPED],
    *[("STN_SERV", by) for by in ((), ("station",), ("month", "station"), ("age_band",), ("group",))],
]
QUESTIONS = [
    *[(code, ALWAYS, by, {}) for code, by in VARIED],
    *[
        (f"ORG_{what}", when, by, {})
        for what in ("PT", "P", "VEHICLE", "BATCH")
        for when in (ALWAYS, SPRING)
        for by in JOURNEYS
    ],
    *[(f"RET_{days}", when, by, {}) for days in (7, 30, 90, 180) for when in (ALWAYS, SPRING) for by in RETENTION],
    *[(f"RET_{days}", ALWAYS, by, {"variant": "same"}) for days in (7, 30, 90, 180) for by in ((), ("month",))],
    ("OUT_STOCK", ALWAYS, ("township",), {"destination": "44"}),
    ("OUT_STOCK", ALWAYS, (), {"group": "lifted_poverty"}),
    ("ORG_PT", ALWAYS, ("township",), {"mode": "包车"}),
    ("ORG_P", ALWAYS, (), {"mode": "包车", "sex": "女"}),
    ("RET_30", ALWAYS, ("sex",), {"destination_city": "4401"}),
    ("STN_SERV", ALWAYS, ("sex",), {"station": "GZ-01"}),
    ("LDB_TOTAL", ALWAYS, ("township",), {"age_band": "25-34"}),
    ("OUT_GROUP", ALWAYS, ("township",), {"group": "monitored"}),
]
EARLIER = [D(2025, 6, 15), D(2025, 3, 5)]
TOWNSHIP = "522731001"
USUAL = ("workers", "group_tags", "employments", "stations", "trips", "passengers", "visits")
ODD = ("stations", "workers", "visits", "trips", "passengers", "group_tags", "employments")


def asked(office, question, as_of, division):
    """(total, rows by codes) as the command prints them."""
    code, period, by, filters = question
    options = {
        "period": period[2],
        "as_of": as_of.isoformat(),
        "division": division,
        **({"by": ",".join(by)} if by else {}),
    }
    document = office.statistics(code, *[f"{name}={value}" for name, value in filters.items()], **options)
    rows = [(tuple(row.pop(name)["code"] for name in by), row) for row in document["rows"]]
    return document["total"], rows


def reckoned(world):
    """The county's spells, worked out from the rows that were sent."""
    reckoner = Reckoner(world.people, world.stations)
    return sorted(
        (
            (p.number, s.start, s.end, s.place, s.employer or None, s.channel, s.organised, s.confirmed_to)
            for p in world.people for s in reckoner.spells(p, D(2100, 1, 1))
        ),
        key=str,
    )  # fmt: skip


def stored():
    fields = (
        "worker__id_number",
        "start_on",
        "end_on",
        "place_code",
        "employer__name",
        "channel",
        "organised",
        "confirmed_to",
    )
    return sorted(Spell.objects.values_list(*fields), key=str)


def test_every_number_is_the_reckoned_one(office):
    world = World(1)
    world.send(office, USUAL)
    assert stored() == reckoned(world)
    reckoner, wrong, counted = Reckoner(world.people, world.stations), [], 0
    asks = [(question, TODAY, COUNTY) for question in QUESTIONS]
    asks += [(question, day, COUNTY) for question in QUESTIONS[::4] for day in EARLIER if day >= question[1][0]]
    asks += [(question, TODAY, TOWNSHIP) for question in QUESTIONS[::5]]
    for question, as_of, division in asks:
        code, period, by, filters = question
        told = asked(office, question, as_of, division)
        right = reckoner.answer(code, (*period[:2], as_of), division, by, **filters)
        counted += bool(right[0]["numerator"])
        if told != right:
            wrong.append((question, as_of, division, told, right))
    assert wrong == []
    assert counted > len(asks) * 3 / 4


def test_the_order_of_files_and_what_was_taken_back_change_nothing(office, api):
    world = World(2)
    world.send(office, ODD)
    assert stored() == reckoned(world)
    for kind in ("visits", "employments", "passengers"):
        sent = Import.objects.filter(kind=kind).latest("created_at")
        assert api.post(f"/api/v1/imports/{sent.pk}/undo/").status_code == 200
        assert stored() != reckoned(world)
        world.send(office, (kind,))
        assert stored() == reckoned(world)
