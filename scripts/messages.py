"""``python scripts/messages.py compile|update|check``: the English translations, without GNU gettext.

Chinese is the source language: a msgid is the Chinese text, ``locale/en`` holds its English. ``update`` brings the
catalogue into line with the code and keeps what is translated; ``check`` fails when a text lacks its English, when a
translation is no longer used or loses a placeholder, when a msgid is not Chinese, and when a template shows Chinese
that is not marked.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOMS = (
    "core",
    "workers",
    "employment",
    "dispatch",
    "training",
    "stations",
    "subsidies",
    "reports",
    "demo",
    "laborcoop",
    "templates",
)
KEYWORDS = {
    **{name: DEFAULT_KEYWORDS[name] for name in ("_", "gettext", "ngettext", "pgettext", "npgettext")},
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
    "__": DEFAULT_KEYWORDS["gettext"],
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Official forms exist in Chinese only; such a template says so, and why, in this comment.
CHINESE_ONLY = re.compile(r"\{# zh-only: .+? #\}")
NOT_SHOWN = re.compile(
    r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->"
    r"|\{% (blocktrans|blocktranslate)\b.*?%\}.*?\{% end\1 %\}"
    r"|\{% (?:trans|translate)\b.*?%\}|_\((\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)


def marked_texts() -> Catalog:
    """A catalogue of every marked text in code and templates, untranslated."""
    found = Catalog(locale="en", domain="django")
    for path in files():
        source = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        if path.suffix == ".html":
            # What templatize leaves of the markup is no Python; without its indentation the tokens can be read.
            source = "\n".join(line.lstrip() for line in templatize(source, origin=name).splitlines())
        for line, texts, comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            found.add(texts, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def files() -> Iterator[Path]:
    """Python files and templates of the project, migrations left out."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".html"} and "migrations" not in path.parts:
                yield path


def stored() -> Catalog:
    """The English catalogue as it is in the repository."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", domain="django")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django", abort_invalid=True)


def update() -> int:
    """Add new texts, drop unused ones, keep every translation."""
    known, found = stored(), marked_texts()
    for message in found:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None:
            message.string = old.string
    found.header_comment = "# English translations of laborcoop."
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, found, width=0, no_location=True, sort_output=True, omit_header=False, include_previous=False)
    missing = sum(not translated(message) for message in found if message.id)
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(found)} texts, {missing} without English")
    return 0


def translated(message: Message) -> bool:
    """Whether every form of the message has its English."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def compile_catalogues() -> int:
    """Write the .mo beside each .po."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return 0


def check() -> int:
    """Print every fault; the exit status says whether there was one."""
    faults = [*catalogue_faults(stored(), marked_texts()), *unmarked_texts()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def catalogue_faults(known: Catalog, found: Catalog) -> Iterator[str]:
    """What is wrong between the marked texts and their English."""
    for message in found:
        if not message.id:
            continue
        place = ":".join(map(str, message.locations[0]))
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        if not CHINESE.search(texts[0]):
            yield f"{place}: “{texts[0]}” is not Chinese; msgids are the Chinese text"
        english = known.get(message.id, message.context)
        if english is None or not translated(english):
            yield f"{place}: “{texts[0]}” has no English; run scripts/messages.py update, then translate it"
        elif placeholders(texts) != placeholders(english.string):
            yield f"{place}: the English of “{texts[0]}” has other placeholders"
    for message in known:
        if message.id and found.get(message.id, message.context) is None:
            yield f"{CATALOGUE.relative_to(ROOT)}: “{message.id}” is no longer used; run scripts/messages.py update"


def placeholders(texts: str | tuple[str, ...]) -> set[str]:
    """The placeholders in all forms of a text."""
    forms = texts if isinstance(texts, tuple) else (texts,)
    return {found for form in forms for found in PLACEHOLDER.findall(form)}


def unmarked_texts() -> Iterator[str]:
    """Chinese in a template that would stay Chinese for an English reader."""
    for path in files():
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".html" or CHINESE_ONLY.search(source):
            continue
        shown = NOT_SHOWN.sub(lambda match: "\n" * match[0].count("\n"), source)
        for number, line in enumerate(shown.splitlines(), 1):
            if CHINESE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: Chinese outside of a translate tag: {line.strip()[:60]}"


if __name__ == "__main__":
    settings.configure()
    commands = {"compile": compile_catalogues, "update": update, "check": check}
    if sys.argv[1:] not in [[name] for name in commands]:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
