"""The lock files are whole: what is declared and all it needs, in versions that are installed and fit."""

import json
import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import declared, lock_text

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"


def locked(name):
    lines = (REQUIREMENTS / name).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}


def test_lock_is_what_the_script_writes():
    assert (REQUIREMENTS / "lock.txt").read_text(encoding="utf-8") == lock_text(development=True)
    assert (REQUIREMENTS / "runtime.txt").read_text(encoding="utf-8") == lock_text(development=False)


def test_locked_versions_are_the_installed_ones():
    assert {name: metadata.version(name) for name in locked("lock.txt")} == locked("lock.txt")


def test_every_declared_range_holds_its_locked_version():
    versions = locked("lock.txt")
    outside = [
        str(requirement)
        for requirement in declared(development=True)
        if not Requirement(str(requirement)).specifier.contains(versions[canonicalize_name(requirement.name)])
    ]
    assert outside == []


def test_no_line_names_a_place_to_download_from():
    for path in REQUIREMENTS.iterdir():
        assert re.findall(r"//|@|--", path.read_text(encoding="utf-8")) == []


def test_browser_packages_are_exact_and_without_addresses():
    root = REQUIREMENTS.parent
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, entry in lock.items() if "resolved" in entry] == []
    assert [name for name, entry in lock.items() if name and "integrity" not in entry] == []
