"""``python -m bench.import_worker IMPORT``: check, confirm and write an import as a worker does, in a fresh process.

Prints one JSON object: seconds of ``check`` and ``write``, the process's ``peak`` in MiB, the ``counts`` that came out.
"""

import json
import sys
from uuid import UUID

import django


def main() -> None:
    """Carry out both runs of the import named on the command line."""
    django.setup()
    from bench.figures import seconds  # noqa: PLC0415 - what follows needs Django's apps
    from bench.processes import peak_mebibytes  # noqa: PLC0415 - as above
    from core.jobs import services as jobs  # noqa: PLC0415 - as above
    from core.workbooks.models import Import  # noqa: PLC0415 - as above
    from core.workbooks.services import confirm_import  # noqa: PLC0415 - as above
    from laborcoop.celery import app  # noqa: PLC0415 - as above

    def job_of(source: Import) -> UUID:
        if source.job_id is None:
            sys.exit("the import has no run")
        return source.job_id

    # A worker has everything its tasks need in memory before the first one comes.
    app.loader.import_default_modules()
    source = Import.objects.get(id=sys.argv[1])
    checked, _ = seconds(lambda: jobs.run(job_id=job_of(source)))
    source = confirm_import(source=source, rows="all")
    written, _ = seconds(lambda: jobs.run(job_id=job_of(source)))
    source.refresh_from_db()
    if source.state != Import.State.DONE:
        sys.exit(f"the import ended {source.state}: {source.error}")
    print(json.dumps({"check": checked, "write": written, "peak": peak_mebibytes(), "counts": source.counts}))


if __name__ == "__main__":
    main()
