"""A large roster after a small one on the same connection: what was planned for small tables must not be kept."""

import pytest
from django.db import connection

from tests.journeys import id_number, imported, place_divisions

pytestmark = pytest.mark.django_db


def people(first, count):
    """Rows of so many people, each of a household of their own."""
    return [
        {
            "姓名": chr(0x4E00 + 17 * n) + chr(0x5000 + 11 * n),
            "身份证号码": id_number(n, f"19{60 + n % 40}0{1 + n % 9}1{n % 10}"),
            "乡镇": "古达",
            "村": "大寨村",
            "户主姓名": f"户{n}",
        }
        for n in range(first, first + count)
    ]


def read_through(table):
    """How often the table was read from end to end in this transaction, by checks of foreign keys too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans(%s::regclass)", [table])
        return cursor.fetchone()[0]


def test_no_row_of_a_large_roster_reads_all_households():
    place_divisions()
    imported("workers", people(1, 30))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workers_household")
    imported("workers", people(31, 20))
    before = read_through("workers_household")
    imported("workers", people(51, 900))
    assert read_through("workers_household") - before < 50
