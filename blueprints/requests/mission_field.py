"""The question at which mission a request is lodged."""

from typing import Any

from casework.services.requests.missions import missions_of
from casework.web.fields import OptionField, Options
from casework.web.filters import organisation_name
from casework.web.unit import current_work


class MissionField(OptionField):
    """The code of a mission; whoever registers at one alone is not asked, and it stands there."""

    def options(self) -> Options:
        """The missions that the user may register at, the own organisation first."""
        return [(each.code, organisation_name(each)) for each in missions_of(current_work())]

    @property
    def asked(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.options()) > 1

    def process_data(self, value: Any) -> None:
        """Take the only mission there is."""
        super().process_data(value if self.asked else self.options()[0][0])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent by whoever was asked."""
        if self.asked:
            super().process_formdata(valuelist)
