"""What a browser says of itself, reduced to two families: enough to recognise one's own device."""

from typing import Final

from casework.vocabulary import BrowserFamily, SystemFamily

#: The first word found decides: browsers also claim to be the ones they descend from.
_BROWSERS: Final = (
    ("Edg", BrowserFamily.EDGE),
    ("OPR/", BrowserFamily.OPERA),
    ("SamsungBrowser", BrowserFamily.SAMSUNG),
    ("Firefox/", BrowserFamily.FIREFOX),
    ("FxiOS/", BrowserFamily.FIREFOX),
    ("CriOS/", BrowserFamily.CHROME),
    ("Chrome/", BrowserFamily.CHROME),
    ("Safari/", BrowserFamily.SAFARI),
)
_SYSTEMS: Final = (
    ("Android", SystemFamily.ANDROID),
    ("iPhone", SystemFamily.IOS),
    ("iPad", SystemFamily.IOS),
    ("Windows", SystemFamily.WINDOWS),
    ("Mac OS", SystemFamily.MACOS),
    ("Linux", SystemFamily.LINUX),
)


def families(user_agent: str) -> tuple[BrowserFamily, SystemFamily]:
    """The families of a browser's User-Agent header."""
    browser = next((family for word, family in _BROWSERS if word in user_agent), None)
    system = next((family for word, family in _SYSTEMS if word in user_agent), None)
    return browser or BrowserFamily.OTHER, system or SystemFamily.OTHER
