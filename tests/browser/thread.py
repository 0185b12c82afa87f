"""The whole way home, step by step, each by the person whose work it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import zxingcpp
from pypdfium2 import PdfDocument

from casework.web.catalogue import mongolian
from tests.browser.visit import Visit
from tests.browser.words import (
    CHILD_BORN,
    FAMILY,
    FATHER_BORN,
    MOTHER_BORN,
    days_ago,
    in_days,
)

#: What the timeline of the case file must tell in the end.
TIMELINE = (
    "Return request",
    "Seat and bed offered",
    "Departed",
    "Arrived",
    "Quarantine begun",
    "Quarantine ended",
    "Consent given",
    "Case opened",
    "Assessment",
    "Plan approved",
    "Assistance",
    "Referral sent",
    "Referral accepted",
    "Referral completed",
    "Follow-up",
    "Case closed",
)
PHONE = {"width": 390, "height": 844}
CEILING, PLANNED, PAID, TOO_MUCH = "3000000", "2000000", "1500000", "1200000"
#: The ceiling less what was paid and what is still promised to the plan's step.
LEFT = "1000000"
BLANKS = re.compile(r"\s|,")
REFERENCE = re.compile(r"KR-\d{4}-\d{5}")


@dataclass
class Thread:
    """The people's browsers, opened when first needed, and where the family stands."""

    begin: Callable[..., Visit]
    language: str
    request: str = ""
    reference: str = ""
    movement: str = ""
    case: str = ""

    def __post_init__(self) -> None:
        self.visits: dict[str, Visit] = {}

    def of(self, name: str, **options: object) -> Visit:
        """The browser of one of the cast."""
        if name not in self.visits:
            self.visits[name] = self.begin(name, self.language, **options)
        return self.visits[name]

    @property
    def officer(self) -> Visit:
        return self.of("sarnai.seoul")

    @property
    def desk(self) -> Visit:
        return self.of("saruul.desk")

    @property
    def facility(self) -> Visit:
        return self.of("dorj.khanuul", viewport=PHONE)

    @property
    def supervisor(self) -> Visit:
        return self.of("enkhbayar.supervisor")

    @property
    def worker(self) -> Visit:
        return self.of("bolormaa.caseworker")

    @property
    def partner(self) -> Visit:
        return self.of("oyuna.shelter")

    # The request

    def register(self) -> None:
        """The officer registers a family of three."""
        page = self.officer
        page.open("/requests/new")
        page.press_named("people", "add")
        page.press_named("people", "add")
        self._type_family(page)
        page.press()
        self.request = page.path
        self.reference = self._reference(page)
        page.sees(FAMILY.mother, FAMILY.father, FAMILY.child)

    def _type_family(self, page: Visit) -> None:
        page.fill(
            members__0__ovog=FAMILY.ovog,
            members__0__patronymic=FAMILY.patronymic,
            members__0__given_name=FAMILY.mother,
            members__0__latin_name=FAMILY.mother_latin,
            members__0__sex="F",
            members__0__birth_date=MOTHER_BORN.isoformat(),
            members__0__register_number=FAMILY.mother_number,
            members__0__passport_number=FAMILY.mother_passport,
            members__0__phone=FAMILY.mother_phone,
            members__0__email=FAMILY.mother_email,
            members__0__safe_contact=FAMILY.safe_contact,
            members__0__needs="no_means",
        )
        page.answer("members-0-needs", "health")
        page.fill(
            members__1__relation="spouse",
            members__1__given_name=FAMILY.father,
            members__1__sex="M",
            members__1__birth_date=FATHER_BORN.isoformat(),
            members__1__register_number=FAMILY.father_number,
            members__1__passport_number=FAMILY.father_passport,
            members__2__relation="child",
            members__2__given_name=FAMILY.child,
            members__2__sex="F",
            members__2__birth_date=CHILD_BORN.isoformat(),
            members__2__passport_number=FAMILY.child_passport,
            members__2__needs="child_under_14",
        )
        self._type_household(page)

    def _type_household(self, page: Visit) -> None:
        page.fill(
            country="KR",
            submitted_on=days_ago(40),
            legal_basis="consent",
            consent_given_on=days_ago(40),
            share_with="IOM",
            note=FAMILY.need_note,
        )

    def _reference(self, page: Visit) -> str:
        found = REFERENCE.search(page.text)
        assert found, page.text
        return found[0]

    def register_again(self) -> None:
        """The same mother asks once more: the officer is warned, and nothing is saved."""
        page = self.officer
        page.open("/requests/new")
        page.fill(
            members__0__given_name=FAMILY.mother,
            members__0__sex="F",
            members__0__birth_date=MOTHER_BORN.isoformat(),
            members__0__register_number=FAMILY.mother_number,
        )
        self._type_household(page)
        page.press()
        assert page.path == "/requests/new"
        page.sees(self.reference)
        assert "another_person" in page.names()

    def verify(self) -> None:
        page = self.officer
        page.open(self.request)
        page.press("/verify")

    # The way home

    def see_queue(self) -> None:
        """The desk finds the family in the queue, with its score explained."""
        page = self.desk
        page.open("/requests/queue")
        page.sees(self.reference)
        page.open(self.request)
        page.sees(FAMILY.mother)
        assert page.page.locator(".govuk-list li").count() >= 2, page.text

    def make_facility(self) -> None:
        page = self.desk
        page.open("/facilities/new")
        page.choose_containing("organisation", "Хан-Уул" if self.language == "mn" else "Khan-Uul")
        page.press()
        page.follow("/rooms/new")
        page.fill(first="101", last="104", floor="1", kind="family", beds="4")
        page.press()

    def plan_flight(self) -> None:
        """It landed yesterday with one night of quarantine, so that release is due today."""
        page = self.desk
        page.open("/movements/new")
        page.fill(
            kind="charter_flight",
            origin_countries="KR",
            origin_city="Incheon" if self.language == "en" else "Инчон",
            point_of_entry="ULN",
            departs_on=days_ago(1),
            arrives_on=days_ago(1),
            seats="40",
            quarantine_nights="1",
            payer="government",
        )
        page.press()
        self.movement = page.path

    def allocate(self) -> None:
        page = self.desk
        page.press("/allocate")
        page.wait_for("/allocation")
        page.open(f"{self.movement}/allocation")
        page.sees(self.reference)
        page.press("/offers")

    def confirm(self) -> None:
        """The officer hands over the offer and writes down the family's own word."""
        page = self.officer
        page.open("/offers")
        page.sees(self.reference)
        page.follow(r"/offers/[0-9a-f-]+")
        letter = page.page.request.get(page.site.address + page.path + "/letter")
        assert letter.headers["content-type"] == "application/pdf"
        page.fill(answer="yes", channel="phone", word=FAMILY.word)
        page.press()

    def travel(self) -> None:
        page = self.desk
        page.open(self.movement)
        page.press("/manifest")
        page.open(f"{self.movement}/manifest")
        page.sees(FAMILY.mother, FAMILY.father, FAMILY.child)
        page.does_not_see(FAMILY.mother_passport)
        page.follow("/manifest/show")
        page.fill(purpose="return_assistance")
        page.press()
        page.sees(FAMILY.mother_passport)
        self._scan_at_the_gate(self._codes_on_slips(page))
        page.open(self.movement)
        page.press("/depart")
        page.follow("/arrival")
        page.fill(rest="here")
        page.press()
        page.press("/arrive")

    def _codes_on_slips(self, page: Visit) -> list[str]:
        """Where the printed codes lead, as a telephone's camera reads them off the paper."""
        answer = page.page.request.get(page.site.address + f"{self.movement}/slips")
        pictures = [one.render(scale=3).to_numpy() for one in PdfDocument(answer.body())]
        found = [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
        assert len(found) == 3
        return [urlsplit(address).path for address in found]

    def _scan_at_the_gate(self, codes: list[str]) -> None:
        """On a phone: each is let aboard once; a forged code lets nobody aboard."""
        gate = self.facility
        for code in codes:
            gate.open(code)
            gate.press()
        for code in (codes[0], codes[0][:-8] + "AAAAAAAA"):
            gate.open(code)
            assert gate.page.locator('main [name="who"]').count() == 0, gate.text

    # The stay

    def stay(self) -> None:
        """On a phone: in, the day's round, and out."""
        page = self.facility
        page.open("/")
        page.follow("/today")
        page.sees(FAMILY.mother, FAMILY.father, FAMILY.child)
        page.press("/arrivals")
        board = page.path
        self._round(page)
        for _ in range(3):
            page.follow("/stays/[0-9a-f-]+")
            page.follow("/release")
            page.press()
            page.open(board)
        page.does_not_see(FAMILY.mother, FAMILY.father, FAMILY.child)

    def _round(self, page: Visit) -> None:
        """Two are well at a tap, the third has a fever."""
        wells = page.page.locator("input[type=checkbox][name^=well-]")
        assert wells.count() == 3, page.text
        wells.nth(0).check(force=True)
        wells.nth(1).check(force=True)
        page.page.locator("details.board__more summary").nth(2).click()
        page.page.locator("input[name^=temperature-]").nth(2).fill("37,6")
        page.page.locator("input[name^=symptoms-]").nth(2).fill(FAMILY.symptoms)
        page.press("/checks")

    # The case

    def ask_adults(self) -> None:
        """The mother agrees to a case with IOM, the father to nothing; neither hears of it."""
        page = self.officer
        page.open("/arrivals")
        page.sees(self.reference)
        page.follow("/arrivals/[0-9a-f-]+")
        household = page.path
        people = page.page.locator("main tbody tr")
        assert people.count() == 2, page.text
        for name, agrees in ((FAMILY.mother, True), (FAMILY.father, False)):
            page.open(household)
            people.filter(has_text=name).locator("a").last.click()
            page.does_not_see(FAMILY.father if agrees else FAMILY.mother)
            self._ask(page, agrees=agrees)

    def _ask(self, page: Visit, *, agrees: bool) -> None:
        page.check()
        page.fill(briefed="1", asked_alone="yes", language="mn", form="oral")
        page.fill(circumstances=FAMILY.circumstances, case_management="yes" if agrees else "no")
        if agrees:
            page.choose_containing("organisation", "ОУШБ" if self.language == "mn" else "IOM")
            for category in ("identity", "contact", "household", "needs"):
                page.answer("categories", category)
            page.page.locator("main [name=children]").first.check()
        page.press()

    def assign(self) -> None:
        """The case lies in the inbox once, with nobody's name on it, until it is assigned."""
        page = self.supervisor
        page.open("/cases/inbox")
        assert page.page.locator("main tbody tr").count() == 1, page.text
        page.sees(FAMILY.mother)
        page.does_not_see(FAMILY.father)
        page.follow("/cases/[0-9a-f-]+/assign")
        page.choose_containing("worker", "bolormaa")
        page.press()
        self.case = page.path
        page.open("/cases/inbox")
        assert page.page.locator("main tbody tr").count() == 0, page.text

    def assess(self) -> None:
        page = self.worker
        page.open("/cases")
        page.sees(FAMILY.mother)
        page.follow("/cases/[0-9a-f-]{36}")
        self.case = page.path
        page.open(f"{self.case}/assessments")
        page.follow("/assessments/new/rapid_vulnerability")
        page.choose_containing("person", FAMILY.mother)
        page.fill_every("radio", "low")
        page.fill(individual_risk="no_means", summary=FAMILY.found)
        page.press()

    def add_line(self) -> None:
        page = self.supervisor
        page.open("/budget-lines/new")
        page.fill(
            code="RRR-26",
            name="Reintegration" if self.language == "en" else "Нийгэмшилт",
            funder="EU" if self.language == "en" else "ЕХ",
            currency="MNT",
            ceiling=CEILING,
            starts_on=days_ago(30),
            ends_on=in_days(300),
        )
        page.press()

    def plan(self) -> None:
        page = self.worker
        page.open(f"{self.case}/plan")
        page.follow("/plan/goal")
        page.answer("goal", FAMILY.goal)
        page.press()
        page.open(f"{self.case}/plan/items/new")
        page.fill(kind="small_business", description=FAMILY.step, provider=FAMILY.provider)
        page.fill(planned_cost=PLANNED)
        page.choose_containing("line", "RRR-26")
        page.press()
        page.open(f"{self.case}/plan")
        page.press("/plan/submit")

    def approve(self) -> None:
        page = self.supervisor
        page.open(f"{self.case}/plan")
        page.sees(FAMILY.goal, FAMILY.step)
        page.press("/plan/approve")

    def assist(self) -> None:
        """Goods, a service, money; and more money than there is, which loses nothing typed."""
        page = self.worker
        self._log(form="in_kind", what=FAMILY.given, amount="")
        self._log(form="service", what=FAMILY.service_given, amount="")
        self._log(form="money", what=FAMILY.step, amount=PAID, receipt=FAMILY.receipt)
        page.sees(FAMILY.given, FAMILY.service_given, FAMILY.step)
        self._log(form="money", what=FAMILY.overdrawn, amount=TOO_MUCH)
        assert page.path.endswith("/assistance/new")
        left = page.page.locator(".govuk-error-summary").inner_text()
        assert LEFT in BLANKS.sub("", left), left
        assert page.page.locator("[name=what]").input_value() == FAMILY.overdrawn
        assert page.page.locator("[name=received_by]").input_value() == FAMILY.receiver

    def _log(self, **answers: str) -> None:
        page = self.worker
        page.open(f"{self.case}/assistance/new")
        page.fill(**answers)
        page.fill(received_by=FAMILY.receiver)
        if answers["amount"]:
            page.choose_containing("line", "RRR-26")
        if answers["what"] == FAMILY.step:
            page.choose_containing("item", FAMILY.step)
        page.press()

    # The partner

    def agree(self) -> None:
        """The administrator records the agreement under which data may go to the partner."""
        page = self.of("admin.office")
        page.open("/admin/organisations")
        centre = "Хүйсийн тэгш эрхийн төв" if self.language == "mn" else "Gender Equality Center"
        page.follow_words(centre)
        page.answer("agreement_until", in_days(365))
        page.press()

    def list_service(self) -> None:
        """The partner's coordinator lists what the centre offers."""
        page = self.of("naran.coordinator")
        page.open("/directory/new")
        page.fill(
            service="psychosocial",
            description_mn="Сэтгэл зүйн зөвлөгөө",
            description="Counselling",
            eligibility_mn="Бүх хүнд",
            eligibility="For everybody",
            hours="09:00–18:00",
            phone="7011 0000",
            languages="mn",
            active="yes",
        )
        organisation = page.page.locator("main [name=organisation]")
        if organisation.count():
            organisation.select_option(index=1)
        page.press()

    def refer(self) -> None:
        page = self.worker
        page.open(f"{self.case}/referrals/new")
        page.follow("/refer/[0-9a-f-]+")
        service = page.page.url
        page.follow("/consents/new")
        page.fill(asked_alone="yes", language="mn", form="oral", given="yes", purpose="referral")
        for category in ("identity", "contact", "needs"):
            page.answer("categories", category)
        page.press()
        page.open(service.removeprefix(page.site.address))
        page.fill(urgency="urgent", reason=FAMILY.referred_for)
        page.press()

    def help(self) -> None:
        """The partner's worker acknowledges, accepts and completes."""
        page = self.partner
        page.open("/referrals")
        page.follow("/referrals/[0-9a-f-]+")
        page.press("/acknowledge")
        page.press("/accept")
        page.sees(FAMILY.referred_for, FAMILY.mother)
        page.press("/begin")
        page.follow("/complete")
        page.answer("outcome", FAMILY.outcome)
        page.press()
        page.does_not_see(FAMILY.mother)

    # The end

    def follow_up(self) -> None:
        page = self.worker
        page.open(f"{self.case}/plan")
        page.follow("/plan/items/[0-9a-f-]+/end")
        page.fill(state="done", outcome=FAMILY.found)
        page.press()
        page.open(f"{self.case}/follow-ups")
        page.follow("/follow-ups/[0-9a-f-]+")
        page.fill(state="done", done_on=days_ago(0), mode="visit", findings=FAMILY.visited)
        page.press()

    def close(self) -> None:
        page = self.worker
        page.open(f"{self.case}/close")
        page.fill(reason="goals_met", note=FAMILY.closing)
        page.press()
        page = self.supervisor
        page.open(f"{self.case}/closure")
        page.sees(FAMILY.closing)
        page.answer("approved", "yes")
        page.press()

    def look_back(self) -> None:
        """The whole thread as one timeline, and who saw it."""
        page = self.supervisor
        page.open(self.case)
        happened = page.page.locator("main .timeline").inner_text()
        missing = [title for title in TIMELINE if translated(title, self.language) not in happened]
        assert missing == [], happened
        page.open(f"{self.case}/who-saw")
        page.sees("bolormaa.caseworker", "enkhbayar.supervisor")

    def search(self) -> None:
        """Found again by a part of her name."""
        page = self.worker
        page.open("/people/search")
        page.fill(**{page.names()[-1]: FAMILY.mother})
        page.press()
        page.sees(FAMILY.mother)


def translated(sentence: str, language: str) -> str:
    """A sentence of the product as its pages say it."""
    return sentence if language == "en" else str(mongolian().gettext(sentence))
