"""Asking a server of another organisation, over HTTP or HTTPS."""

from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from casework.services.log.anchors import PATIENCE_SECONDS, AnchorError

ANSWER_AT_MOST = 64 * 1024


class _StayThere(HTTPRedirectHandler):
    """A checkpoint is sent where the settings say, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def post(url: str, data: bytes, kind: str) -> tuple[int, bytes]:
    """Status and body of the answer; AnchorError when there is none in time."""
    request = Request(url, data, {"Content-Type": kind})  # noqa: S310 - the settings name it
    try:
        with build_opener(_StayThere).open(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read(ANSWER_AT_MOST)
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read(ANSWER_AT_MOST)
    except (URLError, OSError, ValueError) as error:
        raise AnchorError("unreachable") from error
