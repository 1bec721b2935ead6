"""Acts done at the same moment, each in a thread with a database connection of its own."""

from threading import Barrier, Thread

from django.db import connection


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
