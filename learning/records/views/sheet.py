"""A lesson's page, drawn once for all readers who are equally far, and filled in for each.

A sheet is drawn without a request, from frozen texts, the frame of the site and a few facts about how far its reader
is. Those are its whole key, so nothing of one reader can reach another. The study's number and the form token, which
differ for everyone, are stand-ins that `fill_in` replaces.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from cms.frame import Frame
from courses import selectors as courses
from courses.rendering import Check
from learning.records.selectors import places

ANY_STUDY = UUID(int=0)
ANY_TOKEN = "token-of-this-reader"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader chose in the check at `block`, by places; `sequence` numbers the save it came with."""

    block: int
    chosen: tuple[int, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A knowledge check with the reader's answer, if there is one."""

    check: Check
    chosen: tuple[int, ...] = ()
    sequence: int = 0
    is_unanswered: bool = False

    @property
    def block(self) -> int:
        return self.check.block

    @property
    def options(self) -> list[tuple[int, str, bool]]:
        """Place, text and whether it is chosen."""
        return [(place, text, place in self.chosen) for place, text in enumerate(self.check.options)]

    @property
    def is_right(self) -> bool:
        return self.check.is_right(self.chosen)


@dataclass(frozen=True, slots=True)
class Reading:
    """Which lesson is read by whom, as far as its page shows it.

    `done` are indexes among the module's units; `unanswered` is the block of a check sent without an answer just now.
    """

    version_id: int
    path: str
    unit_key: str
    language: str
    role: str
    done: tuple[int, ...]
    stopped_at: int
    is_done: bool
    is_open: bool
    answers: tuple[Answer, ...] = ()
    unanswered: int | None = None

    def asked(self, check: Check) -> Asked:
        answer = next((answer for answer in self.answers if answer.block == check.block), Answer(check.block, (), 0))
        return Asked(check, answer.chosen, answer.sequence, is_unanswered=check.block == self.unanswered)


def context_of(reading: Reading, *, number: UUID) -> dict[str, object]:
    """What the page of a lesson needs beside the request; `number` is the study's."""
    place = places(reading.version_id, reading.path, reading.language)[reading.unit_key]
    segments = courses.lesson(place.unit.id, reading.language, reading.role)
    return {
        "enrolment": SimpleNamespace(number=number, is_open=reading.is_open),
        "place": place,
        "siblings_done": reading.done,
        "text": courses.unit_text(place.unit.id, reading.language),
        "parts": [(segment, segment.check and reading.asked(segment.check)) for segment in segments],
        "stopped_at": reading.stopped_at,
        "is_done": reading.is_done,
    }


@lru_cache(maxsize=500)
def sheet_of(reading: Reading, frame: Frame) -> str:
    """The page for whoever is that far, to be filled in. `frame` is part of the key: a new one draws new sheets."""
    address = reverse("learning:unit", args=[ANY_STUDY, reading.unit_key])
    context = context_of(reading, number=ANY_STUDY) | {
        "frame": frame,
        "csrf_token": ANY_TOKEN,
        "user": SimpleNamespace(is_authenticated=True),
        "request": SimpleNamespace(method="GET", get_full_path=lambda: address),
    }
    with override(reading.language):
        return render_to_string("learning/lesson.html", context)


def fill_in(sheet: str, *, number: UUID, token: str) -> str:
    """The page of one reader. Number and token are made of letters, digits and hyphens alone."""
    return sheet.replace(str(ANY_STUDY), str(number)).replace(ANY_TOKEN, token)
