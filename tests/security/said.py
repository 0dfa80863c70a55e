"""Statements whose every word is a canary (S09)."""

from typing import Any

from tests.security.canaries import markup

# Marks of what is shown in the editor, and of what clients of the store alone may see. Those of rows begin with 0.
SAID, OUT_OF_SIGHT = 1_200, 1_230


def statements() -> list[dict[str, Any]]:
    def shown(number: int) -> str:
        return markup(SAID + number, 300)

    def hidden(number: int) -> str:
        return markup(OUT_OF_SIGHT + number, 300)

    actor = {
        "objectType": "Agent",
        "name": hidden(0),
        "account": {"homePage": "https://x.example.test", "name": hidden(1)},
    }
    base = {
        "actor": actor,
        "verb": {"id": "https://x.example.test/verb", "display": {"lv": shown(0), "en": shown(0)}},
        "object": {
            "id": "https://x.example.test/activity",
            "definition": {
                "name": {"lv": shown(1), "en": shown(1)},
                "description": {"lv": hidden(2), "en": hidden(2)},
                "interactionType": "choice",
                "correctResponsesPattern": [hidden(3)],
                "choices": [{"id": "a", "description": {"en": hidden(4)}}],
                "extensions": {"https://x.example.test/e": {"deep": hidden(5)}},
            },
        },
        "result": {"response": hidden(6), "extensions": {"https://x.example.test/e": hidden(7)}},
        "context": {
            "platform": hidden(8),
            "revision": hidden(9),
            "extensions": {"https://x.example.test/e": hidden(10)},
        },
    }
    nameless = {
        "actor": actor,
        "verb": {"id": "https://x.example.test/verb/javascript:kopa()"},
        "object": {"id": "https://x.example.test/javascript:kopa()"},
    }
    return [base, nameless]
