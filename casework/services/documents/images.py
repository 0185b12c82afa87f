"""Photographs drawn anew: what is seen stays, what is hidden in the file (place, device) goes."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from PIL import Image, ImageFile, ImageOps

from casework.messages import N_
from casework.rules.file_refusal import RefusedFile
from casework.rules.file_types import FileType

MOST_PIXELS: Final = 50_000_000
_MODES: Final = {
    "JPEG": ("RGB", "L"),
    "PNG": ("RGB", "RGBA", "L", "LA"),
    "WEBP": ("RGB", "RGBA"),
}
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 90},
}

TOO_MANY_PIXELS = N_(
    "The picture has more than %(millions)s million points. Make it smaller and send that."
)
DAMAGED = N_("The picture cannot be opened. Save it again, or take a new one.")


def redrawn(content: bytes, kind: FileType) -> bytes:
    """The picture upright, as a new file of the same type with nothing but its points.

    Raises RefusedFile for too many points or a damaged file.
    """
    name = kind.media_type.removeprefix("image/").upper()
    try:
        with warnings.catch_warnings(), _whole_pictures_only():
            warnings.simplefilter("error")
            picture = _upright(content, name)
    except RefusedFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many() from None
    except Exception:  # decoders let any error of a damaged picture through
        raise RefusedFile(DAMAGED, "damaged") from None
    target = io.BytesIO()
    picture.save(target, name, **_OPTIONS[name])
    return target.getvalue()


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """WeasyPrint tells Pillow, for the whole process, to fill what is cut off with grey."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _upright(content: bytes, name: str) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[name]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise _too_many()
        opened.load()
        turned = ImageOps.exif_transpose(opened)
    modes = _MODES[name]
    seen = turned if turned.mode in modes else turned.convert(_mode(turned, modes))
    bare = Image.new(seen.mode, seen.size)
    bare.paste(seen)
    return bare


def _mode(picture: Image.Image, modes: tuple[str, ...]) -> str:
    return "RGBA" if "RGBA" in modes and picture.has_transparency_data else "RGB"


def _too_many() -> RefusedFile:
    return RefusedFile(TOO_MANY_PIXELS, "pixels", millions=MOST_PIXELS // 1_000_000)
