"""Every code that is stored in a row or an audit entry.

A value, once released, is never renamed or given another meaning: rows, audit entries and
backups hold it. Labels for people are in `casework.labels`.
"""

from enum import IntEnum, StrEnum


class KeyDomain(IntEnum):
    """What a data key opens; the number stands in every cell (format 0x01)."""

    IDENTITY = 1
    NARRATIVE = 2
    TRAFFICKING = 3
    SEARCH = 8
    AUDIT = 9


SUBJECT_DOMAINS = (KeyDomain.IDENTITY, KeyDomain.NARRATIVE, KeyDomain.TRAFFICKING)


class SubjectKind(StrEnum):
    """Whose key protects a row."""

    PERSON = "person"
    HOUSEHOLD = "household"
    CASE = "case"
    USER = "user"
    ORGANISATION = "organisation"


class TokenKind(StrEnum):
    """Identifiers that can be looked up by a keyed hash."""

    REGISTER_NUMBER = "register_number"
    PASSPORT_NUMBER = "passport_number"
    PHONE = "phone"
    EMAIL = "email"
    NAME_BIRTH_DATE = "name_birth_date"
    USER_EMAIL = "user_email"
    PASSKEY = "passkey"


class Role(StrEnum):
    """Columns of the access matrix."""

    CONSULAR_OFFICER = "consular_officer"
    CONSULAR_DESK = "consular_desk"
    QUARANTINE_OFFICER = "quarantine_officer"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    PARTNER_WORKER = "partner_worker"
    PARTNER_COORDINATOR = "partner_coordinator"
    PROTECTION_OFFICER = "protection_officer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    MINISTRY = "ministry"
    MISSION = "mission"
    FACILITY = "facility"
    IOM = "iom"
    NGO = "ngo"
    AGENCY = "agency"
    SHELTER = "shelter"


class Purpose(StrEnum):
    """Why data are read, changed or shared."""

    RETURN_ASSISTANCE = "return_assistance"
    QUARANTINE = "quarantine"
    CASE_MANAGEMENT = "case_management"
    REFERRAL = "referral"
    PROTECTION = "protection"
    MONITORING = "monitoring"
    STATISTICS = "statistics"
    ADMINISTRATION = "administration"


class ActorKind(StrEnum):
    USER = "user"
    SYSTEM = "system"
    COMMAND = "command"
    ANONYMOUS = "anonymous"
    #: whom a request is about, with its reference and her PIN
    PERSON = "person"


class EntryChannel(StrEnum):
    """Where an audited act came from."""

    WEB = "web"
    COMMAND = "command"
    JOB = "job"


class DrillOutcome(StrEnum):
    """What came of trying to restore a backup."""

    RESTORED = "restored"
    FAILED = "drill_failed"


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class RowOp(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class Language(StrEnum):
    MN = "mn"
    EN = "en"


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"
    OTHER = "X"


class AgeBand(StrEnum):
    INFANT = "0-1"
    CHILD = "2-13"
    YOUTH = "14-17"
    ADULT = "18-59"
    ELDER = "60+"


class Channel(StrEnum):
    """How a return request reached the mission."""

    MISSION_DESK = "mission_desk"
    PHONE = "phone"
    ASSISTED = "assisted"
    PUBLIC_FORM = "public_form"
    IMPORT = "import"


class CallerRelation(StrEnum):
    """What whoever called or assisted with a request is to the household."""

    MEMBER = "member"
    RELATIVE = "relative"
    FRIEND = "friend"
    EMPLOYER = "employer"
    ORGANISATION = "organisation"
    AUTHORITY = "authority"
    OTHER = "other"


class WordOf(StrEnum):
    """On whose word the data of a request were given by call or by somebody who assisted."""

    PRESENT = "present"
    ASKED = "asked"
    ON_BEHALF = "on_behalf"


class Relation(StrEnum):
    """To the principal of the request."""

    PRINCIPAL = "principal"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    GRANDPARENT = "grandparent"
    OTHER_RELATIVE = "other_relative"
    NOT_RELATED = "not_related"


class Need(StrEnum):
    """Asked of each member at the request; `PROTECTION` is sealed into the compartment at once."""

    PREGNANT = "pregnant"
    HEALTH = "health"
    DISABILITY = "disability"
    ELDERLY = "elderly"
    CHILD_UNDER_14 = "child_under_14"
    UNACCOMPANIED_CHILD = "unaccompanied_child"
    MENTAL_HEALTH = "mental_health"
    VIOLENCE = "violence"
    NO_ACCOMMODATION = "no_accommodation"
    NO_MEANS = "no_means"
    IRREGULAR_STATUS = "irregular_status"
    MEDICAL_ESCORT = "medical_escort"
    ISOLATION = "isolation"
    PROTECTION = "protection"


class LegalBasis(StrEnum):
    CONSENT = "consent"
    PUBLIC_TASK = "public_task"
    VITAL_INTEREST = "vital_interest"


class DocumentStatus(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    LOST = "lost"
    CONFISCATED = "confiscated"
    NEVER_HAD = "never_had"
    IN_PROCESS = "in_process"


class DocumentKind(StrEnum):
    """What a kept paper is."""

    PASSPORT = "passport"
    CERTIFICATE = "certificate"
    PHOTO = "photo"
    MEDICAL = "medical"
    CONSENT_FORM = "consent_form"
    CONTRACT = "contract"
    COURT = "court"
    OTHER = "other"


class DocumentEnd(StrEnum):
    """Why a document's file was destroyed."""

    WRONG_RECORD = "wrong_record"
    REPLACED = "replaced"
    NOT_NEEDED = "not_needed"
    PERSON_ASKED = "person_asked"
    ERASED = "erased"


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    QUEUED = "queued"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    TRAVELLING = "travelling"
    ARRIVED = "arrived"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    OWN_MEANS = "own_means"


class DeclineReason(StrEnum):
    NOT_A_CITIZEN = "not_a_citizen"
    NOT_ABROAD = "not_abroad"
    ALREADY_RETURNED = "already_returned"
    NOT_REACHED = "not_reached"
    OTHER = "other"


class WithdrawalChannel(StrEnum):
    """How the person's own word to withdraw was given."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    WRITTEN = "written"
    PUBLIC_FORM = "public_form"


class Band(StrEnum):
    """Where a request stands in the published order."""

    RESERVED = "reserved"
    HIGH = "high"
    MEDIUM = "medium"
    STANDARD = "standard"


class PolicyState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class MovementKind(StrEnum):
    CHARTER_FLIGHT = "charter_flight"
    COMMERCIAL_FLIGHT = "commercial_flight"
    LAND_CONVOY = "land_convoy"
    RAIL = "rail"


class MovementState(StrEnum):
    PLANNED = "planned"
    ALLOCATING = "allocating"
    OFFERS_SENT = "offers_sent"
    MANIFEST_CLOSED = "manifest_closed"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class HoldState(StrEnum):
    """One member's seat and bed on a movement, held and released together."""

    HELD = "held"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    BOARDED = "boarded"
    ARRIVED = "arrived"
    RELEASED = "released"


class ReleaseReason(StrEnum):
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    OFFLOADED = "offloaded"
    NO_SHOW = "no_show"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    HOUSEHOLD_GREW = "household_grew"


class CodePaper(StrEnum):
    """The paper on which a boarding code stands."""

    LETTER = "letter"
    SLIP = "slip"


class ManifestRecipient(StrEnum):
    """To whom a manifest with identifiers is handed out."""

    CARRIER = "carrier"
    BORDER = "border"
    RECEPTION = "reception"


class ManifestFormat(StrEnum):
    """As what."""

    XLSX = "xlsx"
    PDF = "pdf"


class ReceptionNeed(StrEnum):
    """What must stand ready for a traveller at the point of entry; never why."""

    WHEELCHAIR = "wheelchair"
    INTERPRETER = "interpreter"
    TRANSPORT = "transport"
    COMPANION = "companion"


class LateReason(StrEnum):
    """Why somebody joins a manifest that is closed."""

    NO_SHOW_REPLACED = "no_show_replaced"
    SEAT_ADDED = "seat_added"
    CAME_UNLISTED = "came_unlisted"


class GateVerdict(StrEnum):
    """What a scanned boarding code stands for at this moment."""

    VALID = "valid"
    EARLY = "early"
    UNANSWERED = "unanswered"
    BOARDED = "boarded"
    TRAVELLED = "travelled"
    RELEASED = "released"
    OTHER_MOVEMENT = "other_movement"
    WITHHELD = "withheld"
    FORGED = "forged"


class Payer(StrEnum):
    SELF = "self"
    GOVERNMENT = "government"
    IOM = "iom"
    EU_STATE = "eu_state"
    ASSISTANCE_FUND = "assistance_fund"
    OTHER = "other"


class RoomKind(StrEnum):
    SINGLE = "single"
    DOUBLE = "double"
    FAMILY = "family"
    ACCESSIBLE = "accessible"
    ISOLATION = "isolation"


class ShutReason(StrEnum):
    """Why a room or a whole facility is closed for a time."""

    REPAIR = "repair"
    DISINFECTION = "disinfection"
    WATER_POWER_HEATING = "water_power_heating"
    NO_STAFF = "no_staff"
    OTHER_USE = "other_use"


class SampleKind(StrEnum):
    """What is looked for in a sample taken in quarantine, and how."""

    PCR = "pcr"
    ANTIGEN = "antigen"


class SampleResult(StrEnum):
    NEGATIVE = "negative"
    POSITIVE = "positive"
    #: the laboratory could not tell: another sample is needed
    UNCLEAR = "unclear"


class BatchState(StrEnum):
    """Samples taken together: made, with the laboratory, every result known."""

    TAKEN = "taken"
    SENT = "sent"
    ANSWERED = "answered"


class OverstayReason(StrEnum):
    """Why somebody stays longer than the quarantine."""

    WAITS_FOR_RESULT = "waits_for_result"
    POSITIVE_TEST = "positive_test"
    NO_TRANSPORT = "no_transport"
    NO_HOME = "no_home"
    FAMILY_STAYS = "family_stays"
    OTHER = "other"


class StayState(StrEnum):
    HELD = "held"
    CHECKED_IN = "checked_in"
    RELEASED = "released"
    HOSPITALISED = "hospitalised"
    TRANSFERRED = "transferred"
    ABSCONDED = "absconded"
    DECEASED = "deceased"
    CANCELLED = "cancelled"


class CaseKind(StrEnum):
    RETURNEE = "returnee"
    DIRECT = "direct"


class CaseState(StrEnum):
    INTAKE = "intake"
    ASSESSMENT = "assessment"
    PLANNING = "planning"
    ACTIVE = "active"
    FOLLOW_UP = "follow_up"
    CLOSURE_REQUESTED = "closure_requested"
    CLOSED = "closed"
    SUSPENDED = "suspended"


class ClosureReason(StrEnum):
    GOALS_MET = "goals_met"
    ASKED_TO_CLOSE = "asked_to_close"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REFERRED_OUT = "referred_out"
    LOST_CONTACT = "lost_contact"
    LEFT_COUNTRY = "left_country"
    ADULT_SERVICE = "adult_service"
    PROJECT_ENDED = "project_ended"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"
    DECEASED = "deceased"
    SAFETY = "safety"


class ConsentPurpose(StrEnum):
    """What a person is asked, one by one; services never depend on sharing."""

    RETURN_ASSISTANCE = "return_assistance"
    CASE_MANAGEMENT = "case_management"
    REFERRAL = "referral"
    AUTHORITIES = "authorities"
    FAMILY = "family"
    TRACING = "tracing"
    PHOTO = "photo"
    STATISTICS = "statistics"
    TRANSFER_ABROAD = "transfer_abroad"


class ConsentState(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Assent(StrEnum):
    """What a child said to what the guardian answers."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class ConsentForm(StrEnum):
    WRITTEN = "written"
    ELECTRONIC = "electronic"
    ORAL = "oral"
    THUMBPRINT = "thumbprint"


class DataCategory(StrEnum):
    """Groups of fields that a consent names and a referral carries."""

    IDENTITY = "identity"
    CONTACT = "contact"
    HOUSEHOLD = "household"
    NEEDS = "needs"
    ASSESSMENT = "assessment"
    PLAN = "plan"


class AssessmentKind(StrEnum):
    RAPID_VULNERABILITY = "rapid_vulnerability"
    FULL_VULNERABILITY = "full_vulnerability"
    SKILLS = "skills"
    FAMILY = "family"
    RISK = "risk"


class RiskLevel(StrEnum):
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class PlanItemKind(StrEnum):
    VOCATIONAL_TRAINING = "vocational_training"
    FORMAL_EDUCATION = "formal_education"
    LANGUAGE_COURSE = "language_course"
    JOB_PLACEMENT = "job_placement"
    SMALL_BUSINESS = "small_business"
    HOUSING = "housing"
    MEDICAL = "medical"
    PSYCHOSOCIAL = "psychosocial"
    LEGAL_AID = "legal_aid"
    DOCUMENTS = "documents"
    CHILD_SUPPORT = "child_support"
    SOCIAL_INSURANCE = "social_insurance"


class PlanItemState(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class AssistanceForm(StrEnum):
    MONEY = "money"
    IN_KIND = "in_kind"
    SERVICE = "service"


class ReferralState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Urgency(StrEnum):
    """Time to acknowledge a referral: 24 h, 72 h, 14 days."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


class ReferralDecline(StrEnum):
    NO_CAPACITY = "no_capacity"
    NOT_ELIGIBLE = "not_eligible"
    WRONG_SERVICE = "wrong_service"
    PERSON_DECLINED = "person_declined"
    NOT_REACHED = "not_reached"
    OTHER = "other"


class ConsentException(StrEnum):
    """The only grounds on which a person is referred without consent."""

    RISK_TO_LIFE = "risk_to_life"
    BEST_INTERESTS = "best_interests"


class ServiceKind(StrEnum):
    """Services of the directory."""

    SAFE_HOUSE = "safe_house"
    HEALTH = "health"
    PSYCHOSOCIAL = "psychosocial"
    POLICE = "police"
    LEGAL = "legal"
    LIVELIHOOD = "livelihood"
    TRAINING = "training"
    CHILD_PROTECTION = "child_protection"
    FAMILY = "family"
    EDUCATION = "education"
    HOUSING = "housing"
    DOCUMENTS = "documents"
    FOOD = "food"
    SOCIAL_PROTECTION = "social_protection"
    OTHER = "other"


class FollowUpState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"


class ContactMode(StrEnum):
    VISIT = "visit"
    OFFICE = "office"
    PHONE = "phone"
    ONLINE = "online"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class ConcernKind(StrEnum):
    EXPLOITATION = "exploitation"
    ABUSE = "abuse"
    DATA_MISUSE = "data_misuse"
    DISCRIMINATION = "discrimination"
    OTHER = "other"


class ConcernState(StrEnum):
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class GrantPurpose(StrEnum):
    """Why a partner may read a case it does not hold."""

    REFERRAL = "referral"
    JOINT_CASE = "joint_case"


class Criterion(StrEnum):
    """What a priority policy may give points for; protection is never one of them."""

    HEALTH = "health"
    PREGNANT = "pregnant"
    LATE_PREGNANCY = "late_pregnancy"
    CHILD_UNDER_14 = "child_under_14"
    UNACCOMPANIED_CHILD = "unaccompanied_child"
    DISABILITY = "disability"
    ELDERLY = "elderly"
    NO_MEANS = "no_means"
    NO_ACCOMMODATION = "no_accommodation"
    IRREGULAR_STATUS = "irregular_status"
    VISA_EXPIRING = "visa_expiring"


class WaitingReason(StrEnum):
    """Why an allocation left a household waiting."""

    OTHER_COUNTRY = "other_country"
    NO_DOCUMENT = "no_document"
    NOT_FIT = "not_fit"
    NO_SEAT = "no_seat"
    NO_ROOM = "no_room"
    NO_ACCESSIBLE_ROOM = "no_accessible_room"
    NO_ISOLATION_ROOM = "no_isolation_room"
    NO_ESCORT = "no_escort"
    LEFT_OUT = "left_out"
    PLANNED_OTHERWISE = "planned_otherwise"


class ApprovalKind(StrEnum):
    """Acts that one person asks for and another approves."""

    CLEARANCE = "clearance"
    IDENTIFIED_EXPORT = "identified_export"
    ERASURE = "erasure"
    DISPOSAL = "disposal"
    ALLOCATION_OVERRIDE = "allocation_override"
    PRIORITY_POLICY = "priority_policy"


class ApprovalState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class NoticeKind(StrEnum):
    """What somebody is told of as soon as it happens."""

    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DECIDED = "approval_decided"
    BREAK_GLASS = "break_glass"
    BREAK_GLASS_REVIEWED = "break_glass_reviewed"
    CONCERN = "concern"
    ACTIVITY = "activity"
    SUBJECT_REQUEST = "subject_request"
    DATA_CORRECTED = "data_corrected"
    DATA_RESTRICTED = "data_restricted"
    DATA_ERASED = "data_erased"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    DISPOSAL_DUE = "disposal_due"
    COMPLAINT = "complaint"
    SECOND_FACTORS_RESET = "second_factors_reset"
    WORK_HANDED_OVER = "work_handed_over"
    LATE = "late"
    HELP_ASKED = "help_asked"


class ReviewOutcome(StrEnum):
    """What a protection officer found of an opening in an emergency."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class LimitKind(StrEnum):
    """What keeps more households from a place on a movement."""

    SEATS = "seats"
    BEDS = "beds"
    ACCESSIBLE_BEDS = "accessible_beds"
    ISOLATION_BEDS = "isolation_beds"
    ESCORTS = "escorts"
    SEATS_AND_BEDS = "seats_and_beds"


class OverrideKind(StrEnum):
    """How a household departs from the published order, for one movement."""

    PIN = "pin"
    EXCLUDE = "exclude"


class OverrideReason(StrEnum):
    """Why a household departs from the published order."""

    MEDICAL_CHANGE = "medical_change"
    FAMILY_REUNION = "family_reunion"
    SECURITY = "security"
    COURT_ORDER = "court_order"
    OWN_WISH = "own_wish"
    CORRECTION = "correction"


class SessionStage(StrEnum):
    """How far a sign-in has come."""

    SECOND_FACTOR = "second_factor"
    ENROLMENT = "enrolment"
    OPEN = "open"


class SignInMethod(StrEnum):
    """How somebody proved who she is."""

    PASSKEY = "passkey"
    ONE_TIME_CODE = "one_time_code"
    RECOVERY_CODE = "recovery_code"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    INVITATION = "invitation"


class BrowserFamily(StrEnum):
    CHROME = "chrome"
    EDGE = "edge"
    FIREFOX = "firefox"
    SAFARI = "safari"
    OPERA = "opera"
    SAMSUNG = "samsung"
    OTHER = "other_browser"


class SystemFamily(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    ANDROID = "android"
    IOS = "ios"
    OTHER = "other_system"


class InvitationPurpose(StrEnum):
    """What an invitation's code opens."""

    WELCOME = "welcome"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a word, not a secret


class ActivityKind(StrEnum):
    """What an account does unusually often."""

    OPENED = "opened"
    REVEALED = "revealed"
    REFUSED = "refused"


class SubjectRequestKind(StrEnum):
    """What a person may ask of those who keep her data."""

    ACCESS = "access"
    CORRECTION = "correction"
    OBJECTION = "objection"
    ERASURE = "erasure"
    RESTRICTION = "restriction"


class SubjectRequestState(StrEnum):
    RECEIVED = "received"
    IDENTITY_CHECKED = "identity_checked"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    REFUSED = "refused"


class AskedBy(StrEnum):
    """Who brings the person's request."""

    PERSON = "person"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"


class IdentityCheck(StrEnum):
    """How it was made sure that the one who asks is the person, or may act for her."""

    DOCUMENT_SEEN = "document_seen"
    KNOWN_TO_WORKER = "known_to_worker"
    ANSWERS_MATCH = "answers_match"
    CODE_AND_PIN = "code_and_pin"
    GUARDIANSHIP_SEEN = "guardianship_seen"
    AUTHORITY_SEEN = "authority_seen"


class RequestRefusal(StrEnum):
    """Why a person's request is not met, in whole."""

    IDENTITY_NOT_PROVEN = "identity_not_proven"
    LEGAL_DUTY = "legal_duty"
    LEGAL_PROCEEDINGS = "legal_proceedings"
    RIGHTS_OF_OTHERS = "rights_of_others"
    VITAL_INTEREST = "vital_interest"
    DATA_ARE_RIGHT = "data_are_right"
    REPEATED = "repeated"
    TAKEN_BACK = "taken_back"
    BY_MISTAKE = "by_mistake"


class ExtensionReason(StrEnum):
    """Why a person's request takes longer; once."""

    COMPLEX = "complex"
    MANY_RECORDS = "many_records"
    WAITS_FOR_OTHERS = "waits_for_others"


class LegalHoldReason(StrEnum):
    """Why data must not be erased for now."""

    COURT = "court"
    INVESTIGATION = "investigation"
    FINANCIAL_AUDIT = "financial_audit"
    COMPLAINT = "complaint"
    CHILD_PROTECTION = "child_protection"


class Withheld(StrEnum):
    """Why a text about several people is left out of one person's package."""

    OTHER_PERSON = "other_person"
    DANGER = "danger"
    SOURCE = "source"
    PROCEEDINGS = "proceedings"


class ExportPart(StrEnum):
    """What of a person stands in an export of identified records, beside the name."""

    BIRTH_DATE = "birth_date"
    NUMBERS = "numbers"
    CONTACT = "contact"


class ReadingReason(StrEnum):
    """Why somebody opens a record of a person whose data are restricted."""

    PERSON_ASKED = "person_asked"
    SAFETY = "safety"
    LEGAL_CLAIM = "legal_claim"
    COURT = "court"


class RotationKind(StrEnum):
    """What is renewed: the root, domain keys, data keys, or everything for a new epoch."""

    ROOT = "root"
    DOMAIN = "domain"
    DATA = "data"
    EPOCH = "epoch"


class DisposalState(StrEnum):
    PROPOSED = "proposed"
    DONE = "done"


class DisposalOutcome(StrEnum):
    """What became of one person's data in a disposal."""

    WAITING = "waiting"
    ERASED = "erased"
    HELD = "held"
    IN_USE = "in_use"


class ComplaintKind(StrEnum):
    """What somebody complains about; misconduct of a worker is a concern instead."""

    DECISION = "decision"
    SERVICE = "service"
    DELAY = "delay"
    DATA = "data"
    OTHER = "other"


class ComplaintState(StrEnum):
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"


class ComplaintOutcome(StrEnum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    TAKEN_BACK = "taken_back"


class TellingKind(StrEnum):
    """What came from the public pages for a mission to look at."""

    MATCH = "match"
    CHANGE = "change"
    APPEAL = "appeal"


class WriteBy(StrEnum):
    """How a person may be written to without harm; `NO` is the answer of who may not be at all."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    NO = "no"


class MessageKind(StrEnum):
    """Why a person is written to; the words never tell more than that there is news."""

    NEWS = "news"
    OFFER = "offer"
    DECISION = "decision"
    CONFIRM_DATA = "confirm_data"


class MessageState(StrEnum):
    """What became of a message; `SUPPRESSED` may not be sent: see the person's contact rule."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class MessageFault(StrEnum):
    """Why a message was not sent, as far as that says nothing of the person."""

    NO_ADDRESS = "no_address"
    NO_GATEWAY = "no_gateway"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    INTERRUPTED = "interrupted"


class RoundState(StrEnum):
    """How far a round of asking households has come."""

    SENDING = "sending"
    OPEN = "open"
    CLOSED = "closed"


class RequestAge(StrEnum):
    """How long a request has waited, against the limits of its state."""

    IN_TIME = "in_time"
    LOOK_SOON = "look_soon"
    LATE = "late"


class TravelGap(StrEnum):
    """What stands between a traveller and the journey on the day of departure."""

    NO_PAPER = "no_paper"
    PASSPORT_ENDS = "passport_ends"
    CERTIFICATE_TOO_LATE = "certificate_too_late"
    CERTIFICATE_ENDS = "certificate_ends"
    PREGNANCY_TOO_FAR = "pregnancy_too_far"
    NEWBORN = "newborn"
    SAID_NOT_FIT = "said_not_fit"
    NO_STATEMENT = "no_statement"
    STATEMENT_TOO_OLD = "statement_too_old"


class HelpKind(StrEnum):
    """Consular help that needs no return."""

    VISA = "visa"
    FOOD = "food"
    ROOF = "roof"
    LEGAL_AID = "legal_aid"
    MEDICAL = "medical"
    OTHER = "other_help"


class HelpState(StrEnum):
    """Whether a second person still has to look at help, and what she said."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
