"""The documentation: links that lead somewhere, an index that knows every page, commands that exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from core.workbooks.sheets import all_sheets

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_finds_one(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_index_knows_every_page():
    index = ROOT / "docs" / "README.md"
    known = index.read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if page != index and page.name not in known] == []


def test_screenshots_are_light():
    shots = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    assert {shot.name for shot in shots if shot.stat().st_size > 200_000} == set()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [shot.name for shot in shots if f"docs/screenshots/{shot.name}" not in readme] == []


def test_the_readme_names_commands_that_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"manage\.py (\w+)", readme))
    assert named - set(get_commands()) == set()
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)", readme)) - targets == set()


def test_the_changelog_names_every_kind_of_workbook():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [sheet.kind for sheet in all_sheets() if sheet.kind not in changelog] == []
