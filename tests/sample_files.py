"""Files of every kind that people send, harmless and not, made small and in memory."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
#: Where a telephone wrote it was: in Ulaanbaatar.
GPS = {1: "N", 2: (47.0, 55.0, 12.0), 3: "E", 4: (106.0, 55.0, 2.0)}
DEVICE = "Galaxy of Oyunaa"


def pdf(*objects: bytes, trailer: bytes = b"", hidden: bytes = b"") -> bytes:
    """A PDF with more objects, more in its trailer, or an object compressed within a stream."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", *objects]
    if hidden:
        packed = zlib.compress(b"9 0 " + hidden)
        parts.append(
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
            + packed
            + b"\nendstream"
        )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(parts, start=1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R" + trailer + b">>\n%%EOF\n"


def archive(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def docx(**more: bytes) -> bytes:
    """A document of Word; `more` are parts by path, `__` for a slash and `_dot_` for a point."""
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<w:document/>",
            "word/_rels/document.xml.rels": relations("hyperlink", "https://iom.int"),
        }
        | named
    )


def relations(kind: str, target: str) -> bytes:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships><Relationship Id="r1" Type="{schema}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


def xlsx() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def open_document(kind: str = "text", **more: bytes) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    named = {name.replace("__", "/"): part for name, part in more.items()}
    return archive({"mimetype": mimetype, "content.xml": b"<office/>"} | named)


def photo(form: str = "JPEG", size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """A picture lying on its side, its left half red, that hides a place and a device."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned a quarter to the right
    exif[0x0110] = DEVICE
    exif.get_ifd(0x8825).update(GPS)
    options.setdefault("exif", exif)
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG that says it has so many points, with hardly any data: a bomb."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )
