"""Acts done at the same moment, each in a thread with a database connection of its own."""

from threading import Barrier, Event, Thread

from django.db import connection

from core.workbooks import services
from core.workbooks.sheets import sheet_of


def at_once(*acts):
    """Do the acts together; what each answered, or the exception it raised, in their order."""
    start, found = Barrier(len(acts)), [None] * len(acts)

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
        thread.join(timeout=60)
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
    return told.count("done") == 1 and set(told) <= {"IntegrityError", "OperationalError", "done"}


def in_the_middle_of(monkeypatch, source, act):
    """Write a confirmed import; ``act`` begins when the import has judged its rows and not yet written them.

    Answers what the import and the act came to. An act that must wait for the import is given a second's head start.
    """
    sheet, judged, acted = sheet_of(source.kind), Event(), Event()
    go_on = type(sheet).before_write

    def pause(self, batch):
        judged.set()
        acted.wait(timeout=1)
        go_on(self, batch)

    def late():
        judged.wait(timeout=30)
        try:
            return act()
        finally:
            acted.set()

    monkeypatch.setattr(type(sheet), "before_write", pause)
    return at_once(lambda: services.write_import(source=source, progress=services.Silent()), late)
