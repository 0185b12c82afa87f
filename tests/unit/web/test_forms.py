from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms.fields import FieldList, FormField

from casework.errors import Conflict, InvalidInput
from casework.vocabulary import Need, Sex
from casework.web.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    EmailField,
    FileField,
    IntegerField,
    LongTextField,
    MoneyField,
    MultiChoiceField,
    PasswordField,
    PersonNameField,
    TextField,
    YesNoField,
)
from casework.web.forms import CaseworkForm, FilterForm, SectionForm
from casework.web.i18n import _l, in_language
from casework.web.place_fields import AimagField, CountryField, SoumField

OYUUNCHIMEG: dict[str, Any] = {
    "given_name": "Оюунчимэг",
    "born": "14.09.1990",
    "grant": "1 890 000,50",
    "sex": "F",
    "needs": ["no_means", "pregnant"],
    "children": "2",
    "country": "CZ",
    "aimag": "MN11",
    "soum": "MN1110",
    "agrees": "yes",
    "read": "y",
    "email": "oyuka@example.org",
    "note": "Ганц бие\r\nэх",
}


class IntakeForm(CaseworkForm):
    given_name = PersonNameField(_l("Search"))
    born = DateField(_l("Answer"), latest=lambda: date(2020, 9, 14))
    grant = MoneyField(_l("Money"))
    sex = ChoiceField(_l("Sex"), Sex)
    needs = MultiChoiceField(_l("Needs"), Need, required=False)
    children = IntegerField(_l("Child"), most=20)
    country = CountryField(_l("Country"))
    aimag = AimagField(_l("Aimag"))
    soum = SoumField(_l("Soum"), follows="aimag")
    agrees = YesNoField(_l("Consent"))
    read = ConfirmField(_l("Yes"))
    email = EmailField(_l("Email"), required=False)
    note = LongTextField(_l("Note"), required=False, max_length=20)
    letter = FileField(_l("Documents"), required=False)


def intake(**changes: Any) -> IntakeForm:
    sent = {**OYUUNCHIMEG, **changes}
    kept = {name: value for name, value in sent.items() if value is not None}
    return IntakeForm(formdata=MultiDict(kept), meta={"csrf": False})


def test_answers_are_read_into_the_services_types(english: Flask) -> None:
    form = intake()
    assert form.validate(), form.errors
    assert form.given_name.data == "Оюунчимэг"
    assert form.born.data == date(1990, 9, 14)
    assert form.grant.data == Decimal("1890000.50")
    assert form.sex.data is Sex.FEMALE
    assert form.needs.data == [Need.PREGNANT, Need.NO_MEANS]
    assert form.children.data == 2
    assert (form.country.data, form.aimag.data, form.soum.data) == ("CZ", "MN11", "MN1110")
    assert form.agrees.data is True
    assert form.read.data is True
    assert form.note.data == "Ганц бие\nэх"
    assert form.letter.data is None


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("given_name", "", "An answer is needed here."),
        ("given_name", "   ", "An answer is needed here."),
        ("given_name", "Б" * 101, "At most 100 characters fit here; 1 is too many."),
        ("born", "31.02.1990", "There is no such day in the calendar. Check day, month and year."),
        ("born", "2020-09-15", "It cannot be more than 2020-09-14."),
        ("grant", "0", "It cannot be less than 0.01."),
        ("grant", "lots", "Write an amount like 1 890 000 or 1 890 000,50."),
        ("sex", None, "An answer is needed here."),
        ("sex", "Z", "Choose one of the answers listed."),
        ("needs", ["pregnant", "rich"], "Choose one of the answers listed."),
        ("children", "21", "It cannot be more than 20."),
        ("country", "ZZ", "Choose one of the answers listed."),
        ("soum", "MN2101", "This soum is not in the aimag chosen above."),
        ("agrees", None, "An answer is needed here."),
        ("read", None, "An answer is needed here."),
        ("email", "oyuka", "Write an e-mail address like name@example.org."),
        ("note", "x" * 25, "At most 20 characters fit here; 5 are too many."),
    ],
)
def test_each_error_is_said_once_beside_its_field(
    english: Flask, name: str, typed: Any, said: str
) -> None:
    form = intake(**{name: typed})
    assert not form.validate()
    assert form.errors == {name: [said]}
    assert form.error_list() == [
        {"text": f"{form[name].label.text}: {said}", "href": f"#{form[name].id}"}
    ]


def test_nothing_typed_is_lost_after_an_error(english: Flask) -> None:
    form = intake(born="31.02.1990", grant="<lots>", note="x" * 25)
    assert not form.validate()
    assert 'value="31.02.1990"' in form.born()
    assert 'value="&lt;lots&gt;"' in form.grant()
    assert "x" * 25 in form.note()
    assert 'value="pregnant" checked' in form.needs()
    assert '<option value="CZ" selected>' in form.country()


def test_a_record_is_shown_as_it_would_be_typed(english: Flask) -> None:
    record = {
        "born": date(1990, 9, 14),
        "grant": Decimal(1890000),
        "agrees": False,
        "sex": Sex.MALE,
    }
    form = IntakeForm(formdata=None, data=record, meta={"csrf": False})
    assert 'value="1990-09-14"' in form.born()
    assert 'value="1\u00a0890\u00a0000"' in form.grant()
    assert 'value="no" checked' in form.agrees()
    assert 'value="M" checked' in form.sex()


def test_fields_speak_the_language_of_the_page(mongolian: Flask) -> None:
    form = intake(given_name="", note="x" * 25)
    assert not form.validate()
    assert form.given_name.errors == ["Энд хариулт шаардлагатай."]
    assert "Хайх" in form.given_name()
    assert "(заавал биш)" in form.note()
    with in_language("en"):
        assert "(optional)" in form.note()


def test_a_page_keeps_one_key_for_every_sending(english: Flask) -> None:
    page = IntakeForm(formdata=None, meta={"csrf": False})
    key = page.idempotency_key.data
    assert len(key) == 32
    assert f'name="idempotency_key" value="{key}"' in page.hidden_tag()
    assert intake(idempotency_key=key, version="7").idempotency_key.data == key
    assert IntakeForm(formdata=None, meta={"csrf": False}).idempotency_key.data != key


@pytest.mark.parametrize(("sent", "version"), [("7", 7), ("", None), ("-1", None), ("x", None)])
def test_a_version_is_a_number_or_nothing(english: Flask, sent: str, version: int | None) -> None:
    assert intake(version=sent).version.data == version


def test_a_services_refusal_stands_beside_the_field_it_names(english: Flask) -> None:
    form = intake()
    assert form.validate()
    form.refuse(InvalidInput("There is no such day in the calendar.", field="born"))
    form.refuse(Conflict("Nothing was changed."))
    assert form.error_list() == [
        {"text": "Nothing was changed."},
        {"text": "Answer: There is no such day in the calendar.", "href": "#born"},
    ]


class MemberForm(SectionForm):
    given_name = PersonNameField(_l("Search"))


class HouseholdForm(CaseworkForm):
    members = FieldList(FormField(MemberForm), min_entries=1)


def test_errors_of_each_member_link_to_that_members_field(english: Flask) -> None:
    sent = MultiDict({"members-0-given_name": "Бат", "members-1-given_name": ""})
    form = HouseholdForm(formdata=sent, meta={"csrf": False})
    assert not form.validate()
    assert form.error_list() == [
        {"text": "Search: An answer is needed here.", "href": "#members-1-given_name"}
    ]


def test_a_filter_form_asks_without_keys(english: Flask) -> None:
    class Filter(FilterForm):
        text = TextField(_l("Search"), required=False)

    form = Filter(MultiDict({"text": " Бат "}))
    assert form.validate()
    assert form.text.data == "Бат"
    assert [field.name for field in form] == ["text"]


def test_a_password_is_taken_as_it_is_and_never_shown(english: Flask) -> None:
    class SignIn(CaseworkForm):
        password = PasswordField(_l("Password"))

    form = SignIn(formdata=MultiDict({"password": " secret "}), meta={"csrf": False})
    assert form.validate()
    assert form.password.data == " secret "
    assert "secret" not in form.password()


def test_a_file_arrives_as_it_was_sent(app: Flask) -> None:
    sent = {**OYUUNCHIMEG, "letter": (BytesIO(b"%PDF"), "letter.pdf")}
    with app.test_request_context("/", method="POST", data=sent):
        form = IntakeForm(meta={"csrf": False})
        assert form.validate()
        assert form.letter.data.read() == b"%PDF"
