"""``python -m bench.export_worker``: export all people as a worker does, in a fresh process.

Prints one JSON object: the ``seconds`` of the run, its ``rows``, the ``file`` it wrote, the process's ``peak`` in MiB.
"""

import json
import sys

import django


def main() -> None:
    """Ask for the export and carry out its run."""
    django.setup()
    from bench.figures import seconds  # noqa: PLC0415 - what follows needs Django's apps
    from bench.people import county_clerk  # noqa: PLC0415 - as above
    from bench.processes import peak_mebibytes  # noqa: PLC0415 - as above
    from core.jobs import services as jobs  # noqa: PLC0415 - as above
    from core.workbooks.exports import create_export  # noqa: PLC0415 - as above
    from laborcoop.celery import app  # noqa: PLC0415 - as above

    # A worker has everything its tasks need in memory before the first one comes.
    app.loader.import_default_modules()
    export = create_export(user=county_clerk(), kind="workers", query={}, purpose="测试")
    job = export.job_id
    if job is None:
        sys.exit("the export has no run")
    took, _ = seconds(lambda: jobs.run(job_id=job))
    export.refresh_from_db()
    if export.finished_at is None:
        sys.exit("the export did not end")
    print(json.dumps({"seconds": took, "rows": export.rows, "file": str(export.path), "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main()
