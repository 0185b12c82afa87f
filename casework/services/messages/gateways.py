"""Which ways of writing an installation has."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from casework.config import Settings
from casework.services.messages.letters import Gateway
from casework.services.messages.outbox import Outbox
from casework.services.messages.smtp import MailServer
from casework.services.messages.web_gateway import OperatorGateway
from casework.vocabulary import WriteBy


def ways_set_up(settings: Settings) -> frozenset[WriteBy]:
    """The ways for which there is a gateway."""
    ways = {WriteBy.EMAIL, WriteBy.SMS, WriteBy.WHATSAPP} if settings.outbox else set()
    if settings.smtp:
        ways |= {WriteBy.EMAIL}
    if settings.web_gateway:
        ways |= settings.web_gateway.ways
    return frozenset(ways)


@contextmanager
def gateways(settings: Settings) -> Iterator[Mapping[WriteBy, Gateway]]:
    """A gateway for each way that is set up, open until the end of the block.

    E-mail goes to the mail server when there is one, the ways of the operator's gateway to it, and
    everything else to the outbox.
    """
    found: dict[WriteBy, Gateway] = {}
    for way in ways_set_up(settings):
        if way is WriteBy.EMAIL and settings.smtp:
            found[way] = MailServer(settings.smtp)
        elif settings.web_gateway and way in settings.web_gateway.ways:
            found[way] = OperatorGateway(settings.web_gateway)
        elif settings.outbox:
            found[way] = Outbox(settings.outbox)
    try:
        yield found
    finally:
        for gateway in found.values():
            gateway.close()
