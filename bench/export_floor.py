"""``python -m bench.export_floor WORKBOOK``: the least an export can cost, in a fresh process.

The rows of an exported workbook, taken into memory before the clock starts, are written anew by the writer that exports
use, over the same columns. Prints the seconds; ends with a message when the two workbooks do not hold the same cells.
"""

import sys
import tempfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.figures import seconds
from core.workbooks.files.writing import Column, SheetRows, write_workbook

Rows = list[list[object]]


def main() -> None:
    """Read the workbook of the command line and write it again."""
    source = Path(sys.argv[1])
    headings, *rows = _cells(source)
    columns = [Column(str(heading)) for heading in headings]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / source.name
        took, _ = seconds(lambda: write_workbook(target, [SheetRows("劳动力", columns, rows)]))
        if _cells(target) != [headings, *rows]:
            sys.exit("the bare writer did not write what the export holds")
    print(took)


def _cells(path: Path) -> Rows:
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]


if __name__ == "__main__":
    main()
