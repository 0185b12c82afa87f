"""Messages to people: neutral words, safe ways only, at most once."""

from casework.services.messages.asking import send_notice

__all__ = ["send_notice"]
