"""``python -m bench.bulk_worker ROWS ROUNDS``: bulk edits as a worker carries them out, each beside a bare UPDATE.

Prints one JSON object of lists of seconds: ``look`` (choose the rows, keep what they say, sample and counts), ``run``,
``undo``, and ``floor``, one UPDATE of the same column of the same rows, with the table's own triggers and indexes.
"""

import json
import sys
from functools import partial
from typing import Any

import django


def main() -> None:
    """Measure in turns, so that a busy moment meets both."""
    django.setup()
    from bench.figures import seconds  # noqa: PLC0415 - what follows needs Django's apps
    from laborcoop.celery import app  # noqa: PLC0415 - as above

    app.loader.import_default_modules()
    rows, rounds = map(int, sys.argv[1:])
    told: dict[str, list[float]] = {"look": [], "run": [], "undo": [], "floor": []}
    for turn in range(rounds):
        took, edit = seconds(partial(_looked, rows, f"外出务工{turn}"))
        told["look"].append(took)
        told["run"].append(seconds(partial(_run, edit, "start", rows))[0])
        told["undo"].append(seconds(partial(_run, edit, "start_undo", rows))[0])
        told["floor"].append(seconds(partial(_bare, edit, f"县内就业{turn}", rows))[0])
    print(json.dumps(told))


def _looked(rows: int, word: str) -> Any:  # noqa: ANN401 - models can be named only after Django's setup
    """A bulk edit that is ready to be carried out, as the pages prepare it."""
    from bench.people import county_clerk  # noqa: PLC0415 - as above
    from core.web.bulk import services  # noqa: PLC0415 - as above
    from core.web.bulk.forms import BulkForm  # noqa: PLC0415 - as above
    from core.web.bulk.queries import preview  # noqa: PLC0415 - as above
    from workers.bulk import WORKERS  # noqa: PLC0415 - as above

    user = county_clerk()
    first = WORKERS.rows(user).order_by("pk").values("pk")[:rows]
    edit = services.prepare(user=user, kind=WORKERS, rows=WORKERS.rows(user).filter(pk__in=first))
    sent = {"set_intention": "1", "intention": word, "reason": "测试"}
    form = BulkForm(sent, kind=WORKERS, user=user)
    if not form.is_valid():
        sys.exit("the form of a bulk edit refuses its own fields")
    services.choose(edit=edit, form=form)
    if preview(WORKERS, user, edit, form).changing != rows:
        sys.exit("the sample counts other rows than were chosen")
    return edit


def _run(edit: Any, start: str, rows: int) -> None:  # noqa: ANN401 - as above
    from core.jobs import services as jobs  # noqa: PLC0415 - as above
    from core.web.bulk import services  # noqa: PLC0415 - as above

    queued = getattr(services, start)(edit=edit, user=edit.created_by)
    jobs.run(job_id=queued.job_id)
    edit.refresh_from_db()
    if edit.counts != {"written": rows} or edit.state not in {"done", "undone"}:
        sys.exit(f"a bulk edit came to {edit.state} {edit.counts} {edit.error}")


def _bare(edit: Any, word: str, rows: int) -> None:  # noqa: ANN401 - as above
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workers_worker SET intention = %s, updated_at = now() FROM web_bulkrow r"
            " WHERE r.edit_id = %s AND r.row_id = workers_worker.id",
            [word, edit.pk],
        )
        if cursor.rowcount != rows:
            sys.exit(f"the bare UPDATE wrote {cursor.rowcount} rows")


if __name__ == "__main__":
    main()
