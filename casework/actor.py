"""Who acts, and from where: what policy decides on and audit writes down."""

from dataclasses import dataclass, field
from uuid import UUID

from casework.vocabulary import ActorKind, EntryChannel, OrganisationKind, Role


@dataclass(frozen=True)
class Origin:
    """Where an act came from. `session` is the sign-in session's id, `net` a keyed hash, hex."""

    channel: EntryChannel
    session: UUID | None = None
    net: str | None = None


@dataclass(frozen=True)
class Actor:
    """A user in their role, the system, nobody yet signed in, or the person a request is about.

    Of such a person `id` is her place in the request `request_id`, lodged at the organisation, and
    she has no role.

    `excluded_cases` conflict with the user's interests: nothing of them is ever shown.
    `opened_cases` are open to her for reading in an emergency, for an hour at most.
    """

    kind: ActorKind
    origin: Origin
    id: UUID | None = None
    role: Role | None = None
    organisation_id: UUID | None = None
    organisation_kind: OrganisationKind | None = None
    cleared: bool = False
    excluded_cases: frozenset[UUID] = field(default_factory=frozenset)
    opened_cases: frozenset[UUID] = field(default_factory=frozenset)
    request_id: UUID | None = None


def system_actor(channel: EntryChannel = EntryChannel.JOB) -> Actor:
    """The product itself: automatic steps, always with their cause."""
    return Actor(ActorKind.SYSTEM, Origin(channel))
