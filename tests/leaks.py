"""Searching everything that an installation leaves on disk for what somebody typed."""

import base64
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import MetaData, create_engine, select

from casework.config import Settings

#: Where a zlib or gzip stream may begin.
STREAMS = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def spellings(text: str) -> set[bytes]:
    """A text in every form in which it might have been written."""
    raw = text.encode()
    wide = text.encode("utf-16-le")
    escaped = json.dumps(text)[1:-1]
    forms = {raw, wide, text.encode("utf-16-be"), escaped.encode(), escaped.upper().encode()}
    forms |= {escaped.replace("\\", "\\\\").encode(), text.lower().encode(), text.upper().encode()}
    forms |= {quote(text).encode(), quote_plus(text).encode(), raw.hex().encode()}
    forms |= {raw.hex().upper().encode(), repr(raw)[2:-1].encode()}
    for offset in range(3):  # base64 of a longer text that holds it
        for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
            coded = alphabet(bytes(offset) + raw)
            forms.add(coded[4 if offset else 0 : len(coded) // 4 * 4 - 4])
    return {form for form in forms if len(form) >= 6}


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The data, and what compressed streams within it hold."""
    yield data
    for match in STREAMS.finditer(data):
        part = data[match.start() : match.start() + 10_000_000]
        try:
            yield zlib.decompressobj(wbits=47).decompress(part)
        except zlib.error:
            continue
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        yield f"the name of {path.name}", path.name.encode()
        if path.is_file():
            yield str(path), path.read_bytes()


def _tables(url: str) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, as text: what a dump of a server's database would hold."""
    engine = create_engine(url)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    shown = value if isinstance(value, bytes) else str(value).encode()
                    yield f"table {table.name}", shown
    engine.dispose()


def places(settings: Settings, *others: Path) -> Iterator[tuple[str, bytes]]:
    """(place, content) of all files under the home folder and `others`, and of the databases."""
    for folder in (settings.home, *others):
        yield from _files(folder)
    if not settings.embedded:
        yield from _tables(settings.database_url)
        yield from _tables(settings.keystore_url)


def leaks(settings: Settings, texts: Iterable[str], *others: Path) -> list[str]:
    """Places that hold one of `texts` in any spelling, with the text; empty when none does."""
    wanted = {text: spellings(text) for text in texts}
    return [
        f"{place} holds {text!r}"
        for place, content in places(settings, *others)
        for data in _unpacked(content)
        for text, forms in wanted.items()
        if any(form in data for form in forms)
    ]
