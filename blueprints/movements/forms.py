"""Forms of movements and offers."""

from datetime import datetime, time

from casework.clock import ULAANBAATAR
from casework.reference.countries import country_code
from casework.reference.crossings import land_crossings
from casework.services.movements.answer_time import MOST_HOURS
from casework.services.movements.convoy import Vehicle
from casework.services.movements.late import REASONS, LateAddition
from casework.services.movements.offers import Word
from casework.services.movements.planning import MOST_NIGHTS, MOST_SEATS, MovementPlan
from casework.services.people.reveal import PURPOSES
from casework.vocabulary import (
    LateReason,
    ManifestFormat,
    ManifestRecipient,
    MovementKind,
    MovementState,
    Payer,
    Purpose,
    WithdrawalChannel,
)
from casework.web.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LongTextField,
    MoneyField,
    OptionField,
    TextField,
)
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l, country_name, current_language
from models.movement import Movement


class CountriesField(TextField):
    """Countries by code or by name in either language, between commas; the data is a tuple."""

    def parse(self, text: str) -> tuple[str, ...]:
        """ISO alpha-2 codes."""
        names = [name.strip() for name in text.replace(";", ",").split(",") if name.strip()]
        codes = [country_code(name) for name in names]
        for name, code in zip(names, codes, strict=True):
            if code is None:
                raise ValueError(_("There is no country “%(name)s”.", name=name))
        return tuple(dict.fromkeys(code for code in codes if code))

    def show(self, value: tuple[str, ...]) -> str:
        """The names in the page's language."""
        return ", ".join(country_name(code) for code in value)


class PlanForm(CaseworkForm):
    """A movement as it is planned."""

    kind = ChoiceField(_l("Kind"), MovementKind)
    origin_countries = CountriesField(
        _l("Countries whose people travel"),
        hint=_l("Names or codes with commas between them, for example KR, Japan"),
    )
    origin_city = TextField(_l("City of departure"), max_length=100)
    point_of_entry = TextField(_l("Point of entry"), max_length=100)
    departs_on = DateField(_l("Departs on"))
    arrives_on = DateField(_l("Arrives on"))
    seats = IntegerField(_l("Seats"), least=1, most=MOST_SEATS)
    quarantine_nights = IntegerField(
        _l("Nights of quarantine"),
        most=MOST_NIGHTS,
        required=False,
        hint=_l("Leave empty for the rule of the day of arrival"),
    )
    reserved_percent = IntegerField(
        _l("Share of reserved places in percent"),
        most=100,
        required=False,
        hint=_l("Leave empty for the share in the published policy"),
    )
    payer = ChoiceField(_l("Who pays"), Payer, as_list=True)
    cost = MoneyField(_l("Cost"), required=False)

    def plan(self) -> MovementPlan:
        """What was typed."""
        return MovementPlan(**{field.short_name: field.data for field in self.visible_fields()})


class AnswerTimeForm(CaseworkForm):
    """How long offers of a movement wait, and until when at most."""

    hours = IntegerField(_l("Hours to answer an offer"), least=1, most=MOST_HOURS)
    closes_on = DateField(
        _l("No answer after: day"),
        required=False,
        hint=_l("Leave empty for the end of the day of departure"),
    )
    closes_hour = IntegerField(
        _l("Hour, in Ulaanbaatar"), required=False, most=23, hint=_l("From 0 to 23; 18 when empty")
    )

    def closing(self) -> datetime | None:
        """The last moment; None when no day was given."""
        day, hour = self.closes_on.data, self.closes_hour.data
        if day is None:
            return None
        return datetime.combine(day, time(18 if hour is None else hour), ULAANBAATAR)

    def fill(self, movement: Movement) -> "AnswerTimeForm":
        """As it stands now."""
        self.hours.data = movement.offer_hours
        if movement.closes_at:
            local = movement.closes_at.astimezone(ULAANBAATAR)
            self.closes_on.data, self.closes_hour.data = local.date(), local.hour
        return self


def _crossing_points() -> list[tuple[str, str]]:
    """Code and name of each, with what lies opposite."""
    said = current_language()
    return [(one.code, f"{one.name(said)} – {one.opposite(said)}") for one in land_crossings()]


class VehicleForm(CaseworkForm):
    """A vehicle of a convoy or train."""

    label = TextField(_l("Name of the vehicle"), max_length=32, hint=_l("As on the windscreen"))
    seats = IntegerField(_l("Seats"), least=1, most=MOST_SEATS)
    crossing = OptionField(
        _l("Crosses the border at"),
        options=_crossing_points,
        hint=_l("The list is provisional: ask the border service whether the point is open"),
    )

    def vehicle(self) -> Vehicle:
        """As the service takes it."""
        return Vehicle(self.label.data, self.seats.data, self.crossing.data)


class AnswerForm(CaseworkForm):
    """The household's own answer to an offer."""

    answer = OptionField(
        _l("What did they say?"),
        options=lambda: [("yes", _("They travel")), ("no", _("They do not travel"))],
    )
    channel = ChoiceField(_l("How was it said?"), WithdrawalChannel)
    word = LongTextField(
        _l("Who said it, in what words"),
        required=False,
        max_length=1000,
        hint=_l("Needed when the offer is refused"),
    )

    def said(self) -> Word:
        """The answer as the service takes it."""
        return Word(self.answer.data == "yes", self.channel.data, self.word.data)


class LateForm(CaseworkForm):
    """Who joins a closed manifest."""

    reference = TextField(
        _l("Request"), max_length=32, hint=_l("Its number, for example KR-2026-0001")
    )
    reason = ChoiceField(_l("Why now"), REASONS[MovementState.MANIFEST_CLOSED])
    word = LongTextField(_l("Who said yes, in what words"), max_length=1000)

    def late(self) -> LateAddition:
        """As the service takes it."""
        return LateAddition(
            self.reference.data, LateReason(self.reason.data), self.word.data.strip()
        )


class UnlistedForm(LateForm):
    """Who came without standing on the manifest."""

    reason = ChoiceField(_l("Why now"), REASONS[MovementState.DEPARTED])


class ManifestFileForm(CaseworkForm):
    """For whom and what for the manifest leaves the system, and as what."""

    recipient = ChoiceField(_l("Who receives it?"), ManifestRecipient)
    form = ChoiceField(_l("As what?"), ManifestFormat)
    purpose = ChoiceField(_l("What do you need them for?"), PURPOSES)

    def asked(self) -> tuple[ManifestRecipient, ManifestFormat, Purpose]:
        """Recipient, format, purpose."""
        return self.recipient.data, self.form.data, Purpose(self.purpose.data)


class TicksForm(CaseworkForm):
    """Carries the hidden keys of a page whose answers are one row a person."""
