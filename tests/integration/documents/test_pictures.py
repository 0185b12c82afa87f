"""A picture is drawn anew: nothing that it hid is left, and nothing that it was is run."""

import io
import time

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from casework.rules.file_refusal import RefusedFile
from casework.rules.file_types import JPEG, PNG, WEBP, FileType
from casework.services.documents.images import MOST_PIXELS, redrawn
from tests import sample_files as sample

KINDS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize("form", KINDS)
def test_place_device_and_profile_are_gone(form: str) -> None:
    before = sample.photo(form, icc_profile=PROFILE)
    assert sample.DEVICE.encode() in before
    assert dict(opened(before).getexif().get_ifd(0x8825))
    after = redrawn(before, KINDS[form])
    picture = opened(after)
    assert picture.format == form
    assert len(picture.getexif()) == 0
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop",
                                 "background", "timestamp", "duration"}  # fmt: skip
    for hidden in (sample.DEVICE.encode(), b"Exif", b"ICC_PROFILE", b"iCCP", b"GPS"):
        assert hidden not in after


@pytest.mark.parametrize("form", KINDS)
def test_it_stands_upright(form: str) -> None:
    """Held sideways, the camera only notes how to turn it: the note goes, so it is turned."""
    picture = opened(redrawn(sample.photo(form), KINDS[form])).convert("RGB")
    assert picture.size == (20, 40)
    top, bottom = picture.getpixel((10, 5)), picture.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_words_and_what_follows_the_picture_are_gone() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Оюунцэцэг")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Хан-Уул</x:xmpmeta>")
    before = sample.photo("PNG", pnginfo=words) + sample.docx()
    after = redrawn(before, PNG)
    for hidden in ("Оюунцэцэг", "Хан-Уул", "word/document.xml"):
        assert hidden.encode() not in after
    commented = redrawn(sample.photo(comment=b"Oyunaa's house"), JPEG)
    assert b"Oyunaa" not in commented


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("form", KINDS)
def test_pictures_of_every_mode(form: str, mode: str) -> None:
    target = io.BytesIO()
    try:
        Image.new(mode, (8, 8)).save(target, form)
    except OSError:
        pytest.skip(f"no {form} is written in {mode}")
    assert opened(redrawn(target.getvalue(), KINDS[form])).size == (8, 8)


def test_clear_parts_stay_clear() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(target, "PNG")
    pixel = opened(redrawn(target.getvalue(), PNG)).getpixel((1, 1))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


@pytest.mark.parametrize("side", [10_000, 20_000, 60_000])
def test_a_picture_that_would_fill_the_memory(side: int) -> None:
    assert side * side > MOST_PIXELS
    began = time.monotonic()
    with pytest.raises(RefusedFile, match="50 million") as refused:
        redrawn(sample.png_of(side, side), PNG)
    assert refused.value.reason == "pixels"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (sample.png_of(100, 100), PNG),
        (sample.photo()[:300], JPEG),
        (b"\xff\xd8\xff" + bytes(50), JPEG),
        (b"RIFF\x00\x00\x00\x00WEBP" + bytes(50), WEBP),
        (sample.photo("PNG"), JPEG),
    ],
)
def test_damaged_or_another_picture(
    content: bytes, kind: FileType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does
    with pytest.raises(RefusedFile) as refused:
        redrawn(content, kind)
    assert refused.value.reason == "damaged"
