import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from casework.errors import InvalidInput
from casework.messages import Message
from casework.rules import household_row, household_table
from casework.rules.household_file import (
    IN_EARLIER_ROW,
    apart_from_duplicates,
    read_households,
    rejected_household,
)
from casework.rules.household_records import COLUMNS, HouseholdFile
from casework.rules.household_rejects import CHECK_NEEDS, write_rejects
from casework.vocabulary import Channel, Language, LegalBasis, Need, Relation, Sex

TODAY = date(2020, 11, 30)
OYUN = {
    "request_ref": "SEL-1",
    "submitted_on": "2020-05-31",
    "country": "KR",
    "city": "Ансан",
    "relation": "principal",
    "patronymic": "Батбаяр",
    "given_name": "Оюунчимэг",
    "latin_name": "Batbayar Oyunchimeg",
    "sex": "F",
    "birth_date": "1988-03-14",
    "register_number": "УБ88031402",
    "passport_number": "E1234567",
    "phone": "+82 10 1234 5678",
    "email": "Oyuna@Example.org",
    "needs": "pregnant|no_means",
    "pregnancy_weeks": "24",
    "home_aimag": "Хөвсгөл",
    "home_soum": "Мөрөн",
    "legal_basis": "consent",
    "consent_given_on": "31.05.2020",
    "share_with": "iom",
    "note": "Ажилгүй болсон",
}
TEMUUJIN = {
    "request_ref": "SEL-1",
    "relation": "child",
    "patronymic": "Ганзориг",
    "given_name": "Тэмүүжин",
    "sex": "эрэгтэй",
    "birth_date": "2014-07-02",
    "register_number": "УБ14270211",
    "needs": "child_under_14",
}
BOLD = OYUN | {
    "request_ref": "SEL-2",
    "given_name": "Болд",
    "sex": "M",
    "birth_date": "1979-01-09",
    "register_number": "УА79010911",
    "passport_number": "E7654321",
    "needs": "",
    "pregnancy_weeks": "",
    "legal_basis": "public_task",
    "consent_given_on": "",
}


def written(*people: Mapping[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue().encode(encoding)


def read(content: bytes) -> HouseholdFile:
    return read_households(io.BytesIO(content), TODAY)


def reasons(file: HouseholdFile) -> list[tuple[int, str, str]]:
    return [(reject.row, reject.column, str(reject.reason)) for reject in file.rejects]


def only_reason(person: Mapping[str, str]) -> tuple[str, str]:
    file = read(written(person))
    assert len(file.rejects) == 1
    assert (file.households, file.rejected) == ((), 1)
    return file.rejects[0].column, str(file.rejects[0].reason)


def unusable(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        read(content)
    return str(refused.value)


def mended(file: HouseholdFile) -> str:
    text = io.StringIO(newline="")
    write_rejects(text, file.columns, file.rejects)
    return text.getvalue()


def test_household_of_two_with_everything_in_its_place() -> None:
    file = read(written(OYUN, TEMUUJIN, BOLD))
    assert (len(file.households), file.rejects, file.ignored_columns) == (2, (), ())
    family = file.households[0]
    assert (family.request_ref, family.channel, family.country) == ("SEL-1", Channel.IMPORT, "KR")
    assert (family.submitted_on, family.consent_given_on) == (date(2020, 5, 31), date(2020, 5, 31))
    assert (family.home_aimag, family.home_soum) == ("MN67", "MN6701")
    assert (family.legal_basis, family.share_with) == (LegalBasis.CONSENT, ("IOM",))
    assert (family.language, family.note, family.first_row) == (Language.MN, "Ажилгүй болсон", 2)
    oyun, temuujin = family.members
    assert (oyun.relation, oyun.sex, oyun.birth_date) == (
        Relation.PRINCIPAL,
        Sex.FEMALE,
        date(1988, 3, 14),
    )
    assert (oyun.phone, oyun.email) == ("+821012345678", "oyuna@example.org")
    assert oyun.needs == {Need.PREGNANT, Need.NO_MEANS}
    assert (oyun.pregnancy_weeks, oyun.protection, oyun.warnings) == (24, False, ())
    assert (temuujin.relation, temuujin.sex, temuujin.row) == (Relation.CHILD, Sex.MALE, 3)
    assert temuujin.birth_date == date(2014, 7, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_delimiters_and_byte_order_mark(delimiter: str, encoding: str) -> None:
    file = read(written(OYUN, TEMUUJIN, delimiter=delimiter, encoding=encoding))
    assert len(file.households[0].members) == 2


def test_header_in_any_case_with_blanks_and_unknown_columns() -> None:
    content = written(BOLD).replace(b"request_ref", b" Request Ref ").replace(b"ovog", b"Colour")
    file = read(content)
    assert file.households[0].request_ref == "SEL-2"
    assert file.ignored_columns == ("colour",)


def test_rows_of_one_request_need_not_stand_together() -> None:
    file = read(written(OYUN, BOLD, TEMUUJIN))
    assert [len(household.members) for household in file.households] == [2, 1]


def test_workbook_with_real_dates_and_numbers() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    cells: dict[str, object] = {**OYUN, "birth_date": date(1988, 3, 14), "pregnancy_weeks": 24}
    sheet.append([cells.get(column) for column in COLUMNS])
    stream = io.BytesIO()
    workbook.save(stream)
    member = read(stream.getvalue()).households[0].members[0]
    assert (member.birth_date, member.pregnancy_weeks) == (date(1988, 3, 14), 24)


def test_workbook_formula_is_refused() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    cells = BOLD | {"note": '=HYPERLINK("https://example.org")'}
    sheet.append([cells.get(column) for column in COLUMNS])
    stream = io.BytesIO()
    workbook.save(stream)
    assert [(reject.row, reject.column) for reject in read(stream.getvalue()).rejects] == [
        (2, "note")
    ]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("submitted_on", "", "must be filled in"),
        ("submitted_on", "2020-12-01", "in the future"),
        ("country", "Narnia", "two-letter code"),
        ("country", "Монгол", "from abroad"),
        ("relation", "boss", "Write one of: principal, spouse"),
        ("given_name", "", "must be filled in"),
        ("given_name", "Б" * 101, "100 characters"),
        ("given_name", "Бо\x07лд", "not text"),
        ("given_name", "=1+1", "formula"),
        ("sex", "?", "Write one of: F, M, X"),
        ("birth_date", "1979-02-30", "no such day"),
        ("birth_date", "01/09/1979", "year-month-day"),
        ("birth_date", "2021-01-01", "in the future"),
        ("birth_date", "1890-01-01", "more than 120 years"),
        ("register_number", "УА7901091", "two Cyrillic letters"),
        ("needs", "health|wings", "not known"),
        ("pregnancy_weeks", "60", "from 1 to"),
        ("pregnancy_weeks", "many", "from 1 to"),
        ("visa_expires_on", "soon", "year-month-day"),
        ("home_aimag", "Gotham", "aimag is not known"),
        ("home_soum", "Ансан", "no such soum"),
        ("language", "Klingon", "Write one of: mn, en"),
        ("document_status", "eaten", "valid, expired, lost"),
        ("legal_basis", "", "must be filled in"),
        ("legal_basis", "consent", "the day it was given"),
        ("channel", "pigeon", "mission_desk"),
        ("share_with", "a b c!", "organisation codes"),
        ("request_ref", "", "must be filled in"),
        ("request_ref", "R" * 65, "64 characters"),
        ("note", "n" * 2001, "2000 characters"),
    ],
)
def test_what_has_to_be_mended_is_named(column: str, cell: str, words: str) -> None:
    wrong = BOLD | {column: cell}
    named, reason = only_reason(wrong)
    assert words in reason
    assert named in (column, "consent_given_on")


def test_soum_without_aimag_asks_for_the_aimag() -> None:
    assert only_reason(BOLD | {"home_aimag": ""})[0] == "home_aimag"


def test_one_bad_row_rejects_its_household_and_no_other() -> None:
    file = read(written(OYUN, TEMUUJIN | {"birth_date": "2014-07-42"}, BOLD))
    assert [household.request_ref for household in file.households] == ["SEL-2"]
    assert file.rejected == 1
    assert reasons(file) == [
        (2, "", "Nothing to mend here: row 3 of the same request has to be mended."),
        (3, "birth_date", "There is no such day in the calendar. Check day, month and year."),
    ]


def test_every_problem_of_a_row_is_named_at_once() -> None:
    file = read(written(BOLD | {"sex": "", "country": "Narnia", "birth_date": "never"}))
    assert {reject.column for reject in file.rejects} == {"sex", "country", "birth_date"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [("country", "US"), ("legal_basis", "public_task"), ("submitted_on", "2020-06-01")],
)
def test_rows_of_a_request_may_not_contradict_each_other(column: str, cell: str) -> None:
    file = read(written(OYUN, TEMUUJIN | {column: cell}))
    assert (3, column) in {(reject.row, reject.column) for reject in file.rejects}


def test_rows_of_a_request_may_say_the_same_in_other_words() -> None:
    agreeing = {"country": "Солонгос", "submitted_on": "31.05.2020", "home_aimag": "Hovsgol"}
    assert read(written(OYUN, TEMUUJIN | agreeing)).rejects == ()


def test_notes_of_all_rows_are_kept() -> None:
    file = read(written(OYUN, TEMUUJIN | {"note": "Сургуульд сурдаг"}))
    assert file.households[0].note == "Ажилгүй болсон\nСургуульд сурдаг"


def test_first_row_is_the_principal_whatever_it_says() -> None:
    member = read(written(BOLD | {"relation": "эцэг"})).households[0].members[0]
    assert member.relation == Relation.PRINCIPAL
    assert "is its principal" in str(member.warnings[0])


def test_second_principal_and_same_person_twice_are_refused() -> None:
    second = read(written(OYUN, TEMUUJIN | {"relation": "principal"}))
    assert "principal" in reasons(second)[1][2]
    twice = read(written(OYUN, TEMUUJIN, TEMUUJIN | {"register_number": ""}))
    assert (4, "", "This is the same person as in row 3 of the same request. Remove one.") in (
        reasons(twice)
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"birth_date": "1979-01-10"}, "born on 1979-01-09"),
        ({"sex": "F"}, "another sex"),
        ({"passport_number": "123"}, "usually the letter E"),
        ({"phone": "ask Dorj"}, "5 to 15 digits"),
        ({"email": "bold"}, "name@example.org"),
        ({"needs": "pregnant"}, "noted for a man"),
        ({"language": "kk"}, "Kazakh"),
    ],
)
def test_doubts_are_warnings_and_never_block(cells: dict[str, str], words: str) -> None:
    file = read(written(BOLD | cells))
    assert file.rejected == 0
    assert words in str(file.households[0].members[0].warnings[0])


def test_register_number_with_latin_look_alikes_is_mended() -> None:
    member = read(written(BOLD | {"register_number": "yA 790109-11"})).households[0].members[0]
    assert (member.register_number, member.warnings) == ("УА79010911", ())


def test_rescue_never_waits_for_a_signature() -> None:
    file = read(written(BOLD | {"legal_basis": "vital_interest"}))
    assert file.households[0].legal_basis == LegalBasis.VITAL_INTEREST


def test_earliest_visa_of_the_household_counts() -> None:
    family = (
        OYUN | {"visa_expires_on": "2021-03-01"},
        TEMUUJIN | {"visa_expires_on": "2021-01-05"},
    )
    assert read(written(*family)).households[0].visa_expires_on == date(2021, 1, 5)
    assert read(written(BOLD)).households[0].visa_expires_on is None


def test_too_many_cells_point_at_a_comma() -> None:
    content = written(BOLD).rstrip() + b",and more\r\n"
    assert reasons(read(content)) == [(2, "", household_row.TOO_MANY_CELLS)]


def test_protection_is_sealed_and_never_shown() -> None:
    sealed = BOLD | {"needs": "health|Protection", "phone": "protection"}
    member = read(written(sealed)).households[0].members[0]
    assert member.protection
    assert member.needs == {Need.HEALTH}
    assert "protection" not in "".join(member.cells).lower()
    assert "protection" not in repr(member).lower()


def test_rejects_look_alike_with_and_without_protection() -> None:
    bad = BOLD | {"birth_date": "never", "needs": "health"}
    without = mended(read(written(bad)))
    assert mended(read(written(bad | {"needs": "health|protection"}))) == without
    misspelt = mended(read(written(bad | {"needs": "health|protecton"})))
    assert "protecton" not in misspelt
    assert CHECK_NEEDS in without


def test_rejects_are_mended_and_imported_again() -> None:
    file = read(written(OYUN, TEMUUJIN | {"birth_date": "2014-07-42"}, BOLD))
    text = mended(file)
    assert len(list(csv.reader(io.StringIO(text)))) == 3
    again = read(text.replace("2014-07-42", "2014-07-02").encode("utf-8-sig"))
    assert (again.rejects, again.ignored_columns) == ((), ())
    assert again.households[0].members[0].phone == "+821012345678"
    assert len(again.households[0].members) == 2


def test_rejects_run_nothing_in_a_spreadsheet() -> None:
    wrong = BOLD | {"note": "=HYPERLINK(1)", "city": "@SUM(A1)", "given_name": "-2+3"}
    file = read(written(wrong))
    row = next(csv.DictReader(io.StringIO(mended(file))))
    assert (row["note"], row["city"], row["phone"]) == (
        "'=HYPERLINK(1)",
        "'@SUM(A1)",
        "'+82 10 1234 5678",
    )
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    assert [reject.column for reject in read(mended(file).encode()).rejects] == ["note"]


def test_rejects_speak_the_readers_language() -> None:
    text = io.StringIO(newline="")
    file = read(written(BOLD | {"sex": ""}))
    write_rejects(text, file.columns, file.rejects, say=lambda message: f"<{message.text[:4]}>")
    assert "sex: <This> <Befo>" in text.getvalue()


def test_person_of_an_earlier_household_makes_a_duplicate() -> None:
    same_passport = BOLD | {"request_ref": "SEL-3", "register_number": ""}
    only_like_the_duplicate = TEMUUJIN | {"request_ref": "SEL-4", "relation": "self"}
    third = {**same_passport, "request_ref": "SEL-3"}
    file = read(
        written(
            OYUN | {"request_ref": "SEL-9"},
            BOLD,
            third,
            TEMUUJIN | {"request_ref": "SEL-3"},
            {**BOLD, **only_like_the_duplicate, "passport_number": ""},
        )
    )
    kept, duplicates = apart_from_duplicates(file.households)
    assert [household.request_ref for household in kept] == ["SEL-9", "SEL-2", "SEL-4"]
    assert [(each.household.request_ref, each.earlier_row) for each in duplicates] == [("SEL-3", 3)]
    rejects = rejected_household(duplicates[0].household, "", Message(IN_EARLIER_ROW, {"row": 3}))
    assert [reject.row for reject in rejects] == [4, 5]


def test_wrong_encoding_is_named_with_the_way_out() -> None:
    russian = written(BOLD, encoding="utf-8").decode().replace("Ө", "О").replace("ө", "о")
    assert "Windows-1251" in unusable(russian.encode("cp1251", "replace"))
    for encoding in ("utf-16", "utf-16-le"):
        message = unusable(russian.encode(encoding))
        assert "UTF-16" in message
        assert "CSV UTF-8" in message


def test_missing_and_repeated_columns_are_named() -> None:
    assert "birth_date, legal_basis" in unusable(
        written(BOLD).replace(b"birth_date", b"born").replace(b"legal_basis", b"why")
    )
    assert "twice in the first row: sex" in unusable(written(BOLD).replace(b"ovog", b"Sex"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"PK\x03\x04 not a workbook", "cannot be opened"),
        (b'request_ref,sex\n"SEL-1,F\n', "quotation mark"),
    ],
)
def test_unusable_file_says_why(content: bytes, words: str) -> None:
    assert words in unusable(content)


def test_header_alone_has_no_people() -> None:
    assert "no people" in unusable(written())


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what is read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.taken += size
        return b"a" * size


def test_huge_file_is_refused_before_it_is_read_whole() -> None:
    stream = Endless()
    with pytest.raises(InvalidInput, match="50 MB"):
        read_households(stream, TODAY)  # type: ignore[arg-type]
    assert stream.taken == household_table.LARGEST_FILE + 1


def test_workbook_that_unpacks_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = Workbook()
    workbook.save(tmp_path / "bomb.xlsx")
    monkeypatch.setattr(household_table, "_LARGEST_UNPACKED", 100)
    assert "unpacks to more" in unusable((tmp_path / "bomb.xlsx").read_bytes())


def test_damaged_workbook_is_refused_whatever_is_wrong_with_it() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    stream = io.BytesIO()
    workbook.save(stream)
    random = Random(1)
    for _ in range(150):
        content = bytearray(stream.getvalue())
        for _ in range(random.choice((1, 3, 30))):
            content[random.randrange(4, len(content))] = random.randrange(256)
        message = unusable(bytes(content[: random.randrange(len(content) // 2, len(content) + 1)]))
        assert message.startswith(("The workbook", "The file"))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(household_table, "_MOST_ROWS", 1)
    assert "more than 1 rows" in unusable(written(OYUN, TEMUUJIN))


HEADER = ",".join(COLUMNS).encode() + b"\n"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", HEADER, b"PK\x03\x04", b"\xff\xfe"]))
def test_no_bytes_break_the_reader(content: bytes, start: bytes) -> None:
    try:
        file = read(start + content)
    except InvalidInput:
        return
    assert file.rejected == 0 or file.rejects
    mended(file)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS, st.text(max_size=12)))))
def test_no_cells_break_the_reader(people: list[dict[str, str]]) -> None:
    lines = [BOLD | person | {"request_ref": f"R{place}"} for place, person in enumerate(people)]
    file = read_or_none(written(BOLD, *lines, encoding="utf-8"))
    if file is not None:
        assert len(file.households) + file.rejected <= len(people) + 1


def read_or_none(content: bytes) -> HouseholdFile | None:
    try:
        return read(content)
    except InvalidInput:
        return None
