import pytest

from casework.reference.names import folded, folded_patronymic, name_keys, romanised, words

ONE_NAME = [
    "Хөвсгөл Khuvsgul Hovsgol Khövsgöl Хєвсгєл Хѳвсгѳл ХVВСГVЛ",
    "Батбаяр Batbayar Bat-Bayar Бат-Баяр БАТБАЯР Batbaiar",
    "Цэцэгмаа Tsetsegmaa Cecegmaa Tsetsegma",
    "Ёндон Yondon",
    "Оюун Oyuun Oyun",
    "Мөнхбат Munkhbat Moenkhbat Mönkhbat Monhbat Mунхбат Mөнхбат",
    "Есүхэй Yesukhei Esuhei",
    "Өвөрхангай Övörhangay Uvurkhangai",
    "Завхан Dzavhan Zavkhan",
    "Жаргал Jargal Zhargal Dzhargal Žargal",
    "Лхагвасүрэн Lkhagvasuren Lhagvasuren Lxagvasuren Lkhagwasüren",
    "Батсайхан Batsaikhan Bat-Saikhan",
    "Анударь Anudari",
    "Чинзориг Chinzorig Činzorig Tschinzorig",
]


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_every_spelling_of_a_name_gives_one_key(spellings: str) -> None:
    assert len({folded(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Бат", "Болд"), ("Батцэцэг", "Батчимэг"), ("Дорж", "Дорждэрэм")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("genitive", "nominative"),
    [
        ("Батбаярын", "Батбаяр"),
        ("Batbayaryn", "Batbayar"),
        ("Доржийн", "Dorj"),
        ("Цэцэгмаагийн", "Цэцэгмаа"),
        ("Tsetsegmaagiin", "Tsetsegmaa"),
        ("Чимэгийн", "Чимэг"),
        ("Оюуны", "Оюун"),
        ("Дамдингийн", "Дамдин"),
        ("Сандуйн", "Сандуй"),
        ("Сүхээгийн", "Сүхээ"),
    ],
)
def test_patronymic_loses_its_genitive(genitive: str, nominative: str) -> None:
    assert folded_patronymic(genitive) == folded_patronymic(nominative) == folded(nominative)


def test_text_without_letters_has_no_key() -> None:
    assert folded("") == folded(" - 12.") == folded_patronymic("…") == ""


def test_words_part_at_hyphens_dots_and_spaces() -> None:
    assert words("Ц. Элбэг-Дорж") == ("Ц", "Элбэг", "Дорж")


def test_keys_of_a_person_name_their_role_once() -> None:
    keys = name_keys("Батбаярын", "Бат-Эрдэнэ", "BATBAYAR BAT-ERDENE", "Боржигин")
    assert keys == {"2batbaiar", "1baterdene", "3bat", "3erdene", "3burjigin"}


def test_latin_spelling_that_folds_apart_is_a_key_of_its_own() -> None:
    assert name_keys(given_name="Есүй", latin_name="JESUI") == {"1esui", "3jesui"}


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Бат-Эрдэнэ", "Bat-Erdene"),
        ("Есүхэй", "Yesukhei"),
        ("Наранбаатар", "Naranbaatar"),
        ("ЦЭЦЭГ", "TSETSEG"),
        ("Гүенбат", "Guenbat"),
    ],
)
def test_romanised_as_in_a_passport(name: str, latin: str) -> None:
    assert romanised(name) == latin
