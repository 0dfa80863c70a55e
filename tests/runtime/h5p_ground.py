"""What tests of H5P share: a package, and asking its addresses."""

import json
from uuid import uuid4

from courses.models import Package
from learning.models import UnitState
from runtime import h5p
from runtime.tokens import token_of
from tests.runtime.ground import a_package

COMPLETED, ANSWERED = h5p.COMPLETED, h5p.ANSWERED
STATE = '{"answers":[true,null]}'


def an_h5p(**fields) -> Package:
    return a_package(Package.Kind.H5P, hrefs={"content": "content/content.json"}, files={"h5p.json": "{}"}, **fields)


def activity(launch):
    return launch.registration.package.activities.get()


def states(launch, kind: str = "state", part: str = "0") -> str:
    return f"/rt/{token_of(launch)}/h5p/{activity(launch).pk}/states/{kind}/{part}/"


def results(launch) -> str:
    return f"/rt/{token_of(launch)}/h5p/{activity(launch).pk}/results/"


def save(content, address: str, data: str, **more):
    return content.post(address, {"data": data, "preload": 1, "invalidate": 0, **more})


def statement(launch, verb: str = COMPLETED, **result) -> dict:
    return {
        "actor": {"mbox": "mailto:-", "name": "<img src=x onerror=alert(1)>"},
        "verb": {"id": verb},
        "object": {"id": h5p.activity_id(launch.registration.package)},
        "result": result,
    }


def tell(content, launch, said: dict, number=None, address: str | None = None):
    body = json.dumps({"number": str(number or uuid4()), "statement": said})
    return content.post(address or results(launch), body, content_type="application/json")


def is_done(launch) -> bool:
    return UnitState.objects.filter(enrolment=launch.registration.enrolment).exclude(done_at=None).exists()
