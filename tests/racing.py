"""Acts done at the same moment, each in a thread with a database connection of its own."""

from contextlib import contextmanager
from threading import Barrier, Event, Thread
from time import sleep

from django.db import connection, transaction

from core.workbooks import services
from core.workbooks.sheets import sheet_of


def at_once(*acts):
    """Do the acts together; what each answered, or the exception it raised, in their order."""
    start, found = Barrier(len(acts)), [TimeoutError("still at work") for _act in acts]

    def run(place, act):
        try:
            start.wait(timeout=30)
            found[place] = act()
        except Exception as error:  # noqa: BLE001 - whatever an act raises is its outcome
            found[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


def kinds(outcomes):
    """The outcomes as words: the codes of refusals, the names of other exceptions, "done"."""
    return sorted(
        getattr(one, "code", None) or type(one).__name__ if isinstance(one, Exception) else "done" for one in outcomes
    )


def one_let_in(outcomes):
    """Whether the database let one writer in and refused each other one.

    Writers that wait for each other in a ring are refused by the ring's being broken, which is no IntegrityError.
    """
    told = kinds(outcomes)
    return told.count("done") == 1 and set(told) <= {"IntegrityError", "OperationalError", "overtaken", "done"}


@contextmanager
def in_a_ring(mine, middle, theirs):
    """An act inside that locks the three rows in this order is refused: somebody has the last and waits for the first.

    A third one keeps the row in the middle until that somebody waits. So the act closes the ring, finds it, since nobody
    else looks, and gives way, however slow or quick any of them is.
    """
    with connection.cursor() as cursor:
        acting = cursor.connection.info.backend_pid
        cursor.execute("SET deadlock_timeout = '100ms'")
    rivals, all_hold, outcomes = [], Barrier(3), []

    def rival():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '1h'; SET LOCAL lock_timeout = '60s'")
            rivals.append(cursor.connection.info.backend_pid)
            _lock(theirs)
            all_hold.wait(timeout=30)
            _until_blocked(cursor, acting)
            _lock(mine)

    def keeper():
        with transaction.atomic(), connection.cursor() as cursor:
            _lock(middle)
            all_hold.wait(timeout=30)
            _until_blocked(cursor, *rivals)

    others = Thread(target=lambda: outcomes.extend(at_once(rival, keeper)))
    others.start()
    all_hold.wait(timeout=30)
    yield
    others.join(timeout=90)
    assert kinds(outcomes) == ["done", "done"]
    with connection.cursor() as cursor:
        cursor.execute("RESET deadlock_timeout")


def _lock(row):
    type(row).objects.select_for_update().get(pk=row.pk)


def _until_blocked(cursor, process):
    """Return once the process of the database waits for another; ``TimeoutError`` after half a minute."""
    for _look in range(1500):
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [process])
        if cursor.fetchone()[0]:
            return
        sleep(0.02)
    raise TimeoutError


def in_the_middle_of(monkeypatch, source, act, *, waits=True):
    """Write a confirmed import; ``act`` begins when the import has judged its rows and not yet written them.

    Answers what the import and the act came to. An act that must wait for the import is given a second's head start;
    with ``waits=False`` the import goes on when the act is over, however long that takes.
    """
    sheet, judged, acted = sheet_of(source.kind), Event(), Event()
    go_on = type(sheet).before_write

    def pause(self, batch):
        judged.set()
        acted.wait(timeout=1 if waits else 60)
        go_on(self, batch)

    def late():
        judged.wait(timeout=30)
        try:
            return act()
        finally:
            acted.set()

    monkeypatch.setattr(type(sheet), "before_write", pause)
    return at_once(lambda: services.write_import(source=source, progress=services.Silent()), late)
