"""``python -m bench.retaining_worker``: compute the retention report of two years as a worker does, in a fresh process.

Prints one JSON object: the ``seconds`` from the question to the stored answer and its workbook, the ``question`` with the
division it is about, the ``result``.
"""

import json

import django

ASKED = {"period": "2024-01-01..2025-12-31", "as_of": "2025-12-31"}
"""All arrivals of the world; the last ones have not reached their milestones yet."""


def main() -> None:
    """Ask for the report and compute it."""
    django.setup()
    from bench.figures import seconds  # noqa: PLC0415 - what follows needs Django's apps
    from bench.people import county_clerk  # noqa: PLC0415 - as above
    from core.workbooks.services import Silent  # noqa: PLC0415 - as above
    from laborcoop.celery import app  # noqa: PLC0415 - as above
    from reports.services import RETENTION, request_report, run_report  # noqa: PLC0415 - as above

    # A worker has everything its tasks need in memory before the first one comes.
    app.loader.import_default_modules()
    run = request_report(user=county_clerk(), kind=RETENTION, parameters=ASKED, start=False)
    took, run = seconds(lambda: run_report(run=run, progress=Silent()))
    print(json.dumps({"seconds": took, "question": run.params, "result": run.result}))


if __name__ == "__main__":
    main()
