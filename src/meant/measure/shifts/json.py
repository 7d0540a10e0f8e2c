"""The request as an app would send it: the text of a field of a JSON object, beside a few fields of the app's own.

Its rule: what the user wrote stands in the object unchanged, and the object says nothing that bears on it. A case is
left out where a check looks at the form of the reply, since a reply in JSON is then as reasonable as one in prose.
"""

import json
from dataclasses import dataclass
from typing import Final

from meant.core.case import Case
from meant.core.check import Contains, English, Excludes, Number
from meant.measure.shift.chance import Chance
from meant.measure.shift.contract import Changed, Skip
from meant.measure.shift.turns import every_user_turn

_OF_ANY_FORM = (Contains, Excludes, Number, English)
_ENVELOPES: Final = (
    ({"type": "user_message", "channel": "web"}, "text"),
    ({"source": "mobile_app", "locale": "en"}, "message"),
    ({"event": "chat.message", "from": "customer"}, "body"),
)
"""What an app sends along, and under which key it puts what the user wrote."""


@dataclass(frozen=True)
class Json:
    """No settings."""

    def change(self, case: Case, chance: Chance) -> Changed | Skip:
        """Each of the user's turns in an object of the same shape."""
        if case.choices or any(not isinstance(check, _OF_ANY_FORM) for check in case.checks):
            return Skip("the form of the reply is checked")
        (fields, key), indent = chance.pick(_ENVELOPES), chance.pick((None, 2))
        return Changed(
            every_user_turn(case, lambda text: json.dumps({**fields, key: text}, ensure_ascii=False, indent=indent))
        )


PLUGIN = Json
