"""The lines of the benchmark. ``python -m bench.lines NAME [--quick]`` measures one and prints its figures as JSON."""

import importlib
import json
import sys
from dataclasses import dataclass
from typing import cast

from bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is about and the module whose ``measure(quick=…)`` gives its figures."""

    title: str
    module: str


LINES = {
    "import": Line("导入花名册 / import of a clean roster", "bench.importing"),
    "lists": Line("劳动力列表和搜索 / list and search of workers", "bench.listing"),
    "statistics": Line("统计接口 / statistics API", "bench.answering"),
    "retention": Line("稳岗报告 / retention report", "bench.retaining"),
    "export": Line("导出 / export", "bench.exporting"),
    "bulk": Line("批量修改 / bulk edit", "bench.bulk_editing"),
    "demo": Line("演示县 / demo county", "bench.county"),
}


def main() -> None:
    """Measure the line named on the command line."""
    module = importlib.import_module(LINES[sys.argv[1]].module)
    figures = cast("list[Figure]", module.measure(quick="--quick" in sys.argv[2:]))
    print(json.dumps([figure.as_dict() for figure in figures]))


if __name__ == "__main__":
    main()
