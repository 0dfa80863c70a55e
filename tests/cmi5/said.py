"""Statements as a well-behaved unit says them, to be bent by tests."""

from copy import deepcopy
from uuid import uuid4

from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.rules import Standing
from runtime.cmi5.statements import context_template

SESSION, REGISTRATION = "c0a1b2c3-0000-4000-8000-00000000000a", "d0a1b2c3-0000-4000-8000-00000000000b"
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://kopa.example", "name": "17"}}
ACTIVITY, PUBLISHER = "https://kopa.example/cmi5/x/unit/0", "https://publisher.example/au/1"
EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"


def a_standing(**changes) -> Standing:
    template = context_template(session=SESSION, publisher=PUBLISHER)
    return Standing(SESSION, REGISTRATION, ACTOR, ACTIVITY, template, **changes)


class Voice:
    """Speaks for one session; `at` counts seconds so that later statements have later timestamps."""

    def __init__(self, *, actor=ACTOR, activity=ACTIVITY, registration=REGISTRATION, template=None, mastery=None):
        self.actor, self.activity, self.registration, self.mastery = actor, activity, registration, mastery
        self.template = template or context_template(session=SESSION, publisher=PUBLISHER)
        self.second = 0

    def allowed(self, verb=EXPERIENCED, **parts):
        self.second += 1
        context = {"registration": self.registration, **deepcopy(self.template)}
        return {
            "id": str(uuid4()),
            "timestamp": f"2026-11-24T10:{self.second // 60:02}:{self.second % 60:02}.000Z",
            "actor": deepcopy(self.actor),
            "verb": {"id": verb, "display": {"en": verb.rsplit("/", 1)[1]}},
            "object": {"objectType": "Activity", "id": self.activity},
            "context": context,
            **parts,
        }

    def defined(self, verb, *, moves_on=False, **parts):
        statement = self.allowed(verb, **parts)
        names = [cmi5.CATEGORY_CMI5, cmi5.CATEGORY_MOVE_ON] if moves_on else [cmi5.CATEGORY_CMI5]
        statement["context"]["contextActivities"]["category"] = [{"id": name} for name in names]
        return statement

    def initialized(self):
        return self.defined(cmi5.INITIALIZED)

    def completed(self):
        return self.defined(cmi5.COMPLETED, moves_on=True, result={"completion": True, "duration": "PT1S"})

    def passed(self, **score):
        return self._judged(cmi5.PASSED, True, score)

    def failed(self, **score):
        return self._judged(cmi5.FAILED, False, score)

    def terminated(self):
        return self.defined(cmi5.TERMINATED, result={"duration": "PT2S"})

    def _judged(self, verb, success, score):
        result = {"success": success, "duration": "PT1S", **({"score": score} if score else {})}
        statement = self.defined(verb, moves_on=True, result=result)
        if score and self.mastery is not None:
            statement["context"]["extensions"][cmi5.MASTERY_SCORE] = self.mastery
        return statement
