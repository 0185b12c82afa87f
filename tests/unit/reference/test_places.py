import pytest

from casework.reference.places import aimags, find_aimag, find_soum, soums


def test_twenty_one_aimags_and_the_capital_with_all_their_soums() -> None:
    assert len(aimags()) == 22
    assert sum(len(soums(aimag.code)) for aimag in aimags()) == 339
    assert len(soums("MN11")) == 9


@pytest.mark.parametrize(
    "text",
    ["Хөвсгөл", "Khuvsgul", "Hovsgol aimag", "Хєвсгєл аймаг", "KHÖVSGÖL", "MN67", "mn-041", "67"],
)
def test_aimag_by_code_or_any_spelling(text: str) -> None:
    aimag = find_aimag(text)
    assert aimag is not None
    assert (aimag.code, aimag.name("en"), aimag.name("mn")) == ("MN67", "Khuvsgul", "Хөвсгөл")


@pytest.mark.parametrize("text", ["УБ", "Ulan Bator", "Улаанбаатар хот", "нийслэл"])
def test_the_capital_has_names_of_its_own(text: str) -> None:
    aimag = find_aimag(text)
    assert aimag is not None
    assert aimag.code == "MN11"


@pytest.mark.parametrize("text", ["", "аймаг", "Ansan", "99"])
def test_unknown_aimag_is_none(text: str) -> None:
    assert find_aimag(text) is None


def test_every_soum_is_found_by_both_its_names_within_its_aimag() -> None:
    for aimag in aimags():
        assert find_aimag(aimag.name_en) == find_aimag(aimag.name_mn) == aimag
        for soum in soums(aimag.code):
            assert find_soum(soum.name("en"), aimag.code) == soum
            assert find_soum(soum.name("mn"), aimag.code) == soum


def test_sukhbaatar_depends_on_the_parent() -> None:
    found = [find_soum("Сүхбаатар", parent) for parent in ("MN11", "MN22", "MN43")]
    assert [soum.code if soum else None for soum in found] == ["MN1119", "MN2222", "MN4301"]
    assert find_soum("Сүхбаатар", "MN67") is None


@pytest.mark.parametrize("text", ["БЗД", "Баянзүрх дүүрэг", "bayanzurkh", "MN1110", "1110"])
def test_district_by_its_short_form(text: str) -> None:
    district = find_soum(text, "MN11")
    assert district is not None
    assert district.code == "MN1110"
