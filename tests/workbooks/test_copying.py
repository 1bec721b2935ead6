"""COPY beside the work that makes the lines: nothing is lost, nothing goes wrong unseen, one thread at a time."""

import pytest
from django.db import DataError, connection, transaction

from core.workbooks.staging import Copier

pytestmark = pytest.mark.django_db
TABLE = "copied"
BIG = 20_000


@pytest.fixture
def cursor():
    with connection.cursor() as opened:
        opened.execute("CREATE TEMP TABLE copied (seq integer, word text) ON COMMIT DROP")
        yield opened


def lines(first, many):
    return [f"{seq}\t字{seq}\n" for seq in range(first, first + many)]


def stored(cursor):
    cursor.execute("SELECT count(*), count(DISTINCT seq), max(word) FROM copied WHERE word = '字' || seq")
    return cursor.fetchone()


def test_all_blocks_arrive(cursor):
    with Copier(cursor) as copier:
        for block in range(5):
            copier.copy(TABLE, ["seq", "word"], lines(block * BIG, BIG))
    assert stored(cursor) == (5 * BIG, 5 * BIG, "字99999")


def test_a_question_asked_meanwhile_waits_for_the_block_and_sees_it(cursor):
    with Copier(cursor) as copier, connection.cursor() as other:
        copier.copy(TABLE, ["seq", "word"], lines(0, BIG))
        assert stored(other) == (BIG, BIG, "字9999")
        copier.copy(TABLE, ["seq", "word"], lines(BIG, BIG))
    assert stored(cursor)[0] == 2 * BIG


def test_columns_that_are_not_named_stay_empty(cursor):
    with Copier(cursor) as copier:
        copier.copy(TABLE, ["seq"], ["1\n", "2\n"])
        copier.copy(TABLE, ["word", "seq"], ["丙\t3\n"])
    cursor.execute("SELECT seq, word FROM copied ORDER BY 1")
    assert cursor.fetchall() == [(1, None), (2, None), (3, "丙")]


def send_a_bad_block(cursor, then):
    with transaction.atomic(), Copier(cursor) as copier:
        copier.copy(TABLE, ["seq", "word"], ["x\t字\n"])
        then(copier)


@pytest.mark.parametrize("occasion", ["next", "question", "end"])
def test_what_goes_wrong_with_a_block_is_raised_at_the_next_occasion(cursor, occasion):
    passed = []

    def then(copier):
        if occasion == "next":
            copier.copy(TABLE, ["seq", "word"], lines(0, 1))
        if occasion == "question":
            cursor.execute("SELECT 1")
        passed.append(occasion)

    with pytest.raises(DataError, match="integer"):
        send_a_bad_block(cursor, then)
    assert passed == (["end"] if occasion == "end" else [])
    assert stored(cursor) == (0, 0, None)


def make_and_break(cursor):
    with Copier(cursor) as copier:
        copier.copy(TABLE, ["seq", "word"], lines(0, BIG))
        raise ZeroDivisionError


def test_an_error_of_the_maker_is_raised_once_the_block_has_arrived(cursor):
    with pytest.raises(ZeroDivisionError):
        make_and_break(cursor)
    assert stored(cursor)[0] == BIG
