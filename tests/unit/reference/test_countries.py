import pytest

from casework.reference.countries import country_code, country_codes, country_name
from casework.reference.missions import missions
from casework.reference.table import rows


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("KR", "KR|kor|South Korea|Korea|Солонгос|БНСУ|Өмнөд Солонгос|solongos|Солонгос улс"),
        ("US", "US|USA|United States|АНУ|Америк|Америкийн Нэгдсэн Улс"),
        ("GB", "GB|UK|United Kingdom|Англи|Их Британи|England"),
        ("TR", "TUR|Turkey|Türkiye|Turkiye|Турк"),
        ("KZ", "Kazakhstan|Казахстан|Казакстан"),
        ("CZ", "Czechia|Czech Republic|Чех|Чехия"),
        ("CN", "China|Хятад|БНХАУ"),
        ("RU", "Орос|ОХУ|Russia"),
        ("DE", "Герман|ХБНГУ|Germany"),
        ("JP", "Япон|Japan"),
        ("AE", "UAE|АНЭУ|United Arab Emirates"),
        ("QA", "QAT|Qatar"),
    ],
)
def test_country_by_code_or_any_common_name(code: str, spellings: str) -> None:
    assert {country_code(spelling) for spelling in spellings.split("|")} == {code}


@pytest.mark.parametrize("text", ["", "ZZ", "EU", "Narnia", "улс"])
def test_what_is_no_country_is_none(text: str) -> None:
    assert country_code(text) is None


def test_every_name_leads_back_to_its_code() -> None:
    for code in country_codes():
        for language in ("en", "mn"):
            assert country_code(country_name(code, language)) == code


def test_names_are_given_in_both_languages() -> None:
    assert country_name("KR", "mn") == "Өмнөд Солонгос"
    assert country_name("TR", "en") == "Türkiye"
    assert country_name("??", "en") == "??"


def test_missions_are_one_for_each_host_country() -> None:
    hosts = [mission.country for mission in missions()]
    assert len(hosts) == len(set(hosts))
    assert {"KR", "US", "AU", "KZ", "TR", "GB", "CZ"} <= set(hosts) <= set(country_codes())
    seoul = next(mission for mission in missions() if mission.country == "KR")
    assert seoul.name_en == "Embassy of Mongolia in Seoul"
    assert seoul.name_mn == "Сөүл дэх Элчин сайдын яам"


def test_tables_name_only_real_countries() -> None:
    named = {
        row["country"]
        for table in ("country_spellings", "scenario_countries")
        for row in rows(table)
    }
    assert named <= set(country_codes())
