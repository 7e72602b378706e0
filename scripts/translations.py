"""Brings the translations of the clients' pages and messages up to date: `make translations`.

Collects every text of those pages, adds what is new to each django.po (untranslated), drops what is gone, and compiles
django.mo beside it. Staff and admins read English, so their pages are not collected.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1] / "src" / "lockstep"
LOCALE = ROOT / "locale"
CLIENTS_READ = (
    "mail/*.py",
    "mail/templates/mail/*",
    "scheduling/refusals.py",
    "store/models/offering.py",
    "web/booking/*.py",
    "web/clock.py",
    "web/templatetags/booking_words.py",
    "web/templatetags/lockstep_time.py",
    "web/templates/40?.html",
    "web/templates/403_csrf.html",
    "web/templates/429.html",
    "web/templates/500.html",
    "web/templates/base_error.html",
    "web/templates/base_plain.html",
    "web/templates/base_public.html",
    "web/templates/booking/*",
    "web/templates/components/field.html",
    "web/templates/components/messages.html",
)
"""The files whose texts a client may read."""
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "gettext_noop": None,
    "npgettext": ((1, "c"), 2, 3),
}

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in the compiled files as the moment of writing, so that nothing changes where nothing has changed."""

Found = tuple[str | tuple[str, ...], str | None, str]
"""The text (or singular and plural), its context, and the file it stands in."""


def messages() -> Iterator[Found]:
    """Every text that a client may read."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    for pattern in CLIENTS_READ:
        for path in sorted(ROOT.glob(pattern)):
            source = path.read_text(encoding="utf-8")
            if path.suffix != ".py":
                source = templatize(source, origin=str(path))
            found = extract("python", BytesIO(source.encode()), keywords=KEYWORDS)
            for _line, text, _comments, context in found:
                if text and text != ("", ""):
                    yield text, context, str(path.relative_to(ROOT))
    for docstring in _refusals():
        yield docstring, None, "scheduling/refusals.py"


def _refusals() -> Iterator[str]:
    """The sentences of refusals are their docstrings."""
    tree = ast.parse((ROOT / "scheduling" / "refusals.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and (text := ast.get_docstring(node)):
            yield inspect.cleandoc(text)


def updated(language: str) -> Catalog:
    """The language's catalogue with just the texts that there are now, translated as far as they were."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    holder = "the Lockstep contributors"
    catalog = Catalog(locale=language, project="Lockstep", copyright_holder=holder, charset="utf-8", fuzzy=False)
    catalog.header_comment = (
        f"# Lockstep in {Locale.parse(language).english_name}: what clients read. Updated by `make translations`."
    )
    for text, context, file_name in messages():
        before = known.get(text, context)
        catalog.add(text, before.string if before else None, locations=[(file_name, 1)], context=context)
    return catalog


def po_text(catalog: Catalog) -> bytes:
    target = BytesIO()
    write_po(target, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False)
    # Without the moment of writing, so that nothing changes where nothing has changed.
    lines = target.getvalue().decode().splitlines(keepends=True)
    unsaid = ('"POT-Creation', '"PO-Revision', '"Last-Translator', '"Language-Team', '"Report-Msgid', '"Generated-By')
    return "".join(line for line in lines if not line.startswith(unsaid)).encode()


def mo_bytes(catalog: Catalog) -> bytes:
    target = BytesIO()
    catalog.creation_date = ALWAYS
    write_mo(target, catalog)
    return target.getvalue()


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def main() -> int:
    missing = 0
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        catalog = updated(folder.name)
        po = folder / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_bytes(po_text(catalog))
        with po.open("rb") as file:
            po.with_suffix(".mo").write_bytes(mo_bytes(read_po(file, locale=folder.name)))
        untranslated = [each for each in catalog if each.id and not _is_translated(each)]
        missing += len(untranslated)
        print(f"{folder.name}: {len(catalog)} texts, {len(untranslated)} to translate")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
