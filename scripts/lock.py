"""``python scripts/lock.py``: write the exact versions installed in this virtual environment into requirements/.

``runtime.txt`` holds what the program needs, ``lock.txt`` that and the development tools: both whole, nothing else, no
addresses. To move a version, change the range in pyproject.toml, install, run the tests, then this.
"""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FILES = {"runtime.txt": False, "lock.txt": True}
# Some packages are needed by the first 3.11 releases only; the lock serves every 3.11.
PYTHONS = ({}, {"python_full_version": "3.11.0"})


def declared(*, development: bool) -> list[Requirement]:
    """The ranges of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = project["dependencies"] + (project["optional-dependencies"]["dev"] if development else [])
    return [Requirement(text) for text in ranges]


def resolved(wanted: list[Requirement]) -> dict[str, str]:
    """Name → installed version of everything wanted and what that needs; SystemExit when something does not fit."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        package = metadata.distribution(requirement.name)
        if not requirement.specifier.contains(package.version, prereleases=True):
            sys.exit(
                f"installed {package.name} {package.version} is outside {requirement}; install a version that fits"
            )
        found[package.name] = package.version
        for line in package.requires or []:
            needed = Requirement(line)
            contexts = [{"extra": extra, **python} for extra in ("", *requirement.extras) for python in PYTHONS]
            if needed.marker is None or any(needed.marker.evaluate(context) for context in contexts):
                wanted.append(needed)
    return found


def lock_text(*, development: bool) -> str:
    """Content of one lock file."""
    rows = sorted(resolved(declared(development=development)).items(), key=lambda row: row[0].lower())
    return "".join(f"{name}=={version}\n" for name, version in rows)


if __name__ == "__main__":
    for name, development in FILES.items():
        (ROOT / "requirements" / name).write_text(lock_text(development=development), encoding="utf-8")
