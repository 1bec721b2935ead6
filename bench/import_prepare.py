"""``python -m bench.import_prepare ROSTER [PEOPLE]``: write the roster, or, without a number, hand it in.

Handing in prints the import's id.
"""

import sys
from pathlib import Path

import django


def main() -> None:
    """Do what the command line says."""
    django.setup()
    from bench.people import county_clerk  # noqa: PLC0415 - needs Django's apps
    from bench.rosters import write_roster  # noqa: PLC0415 - as above
    from core.workbooks.services import create_import  # noqa: PLC0415 - as above

    path = Path(sys.argv[1])
    if len(sys.argv) > 2:  # noqa: PLR2004 - the number of people stands there
        write_roster(path, int(sys.argv[2]))
        return
    with path.open("rb") as file:
        print(create_import(user=county_clerk(), kind="workers", file=file, name=path.name).id)


if __name__ == "__main__":
    main()
