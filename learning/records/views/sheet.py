"""The parts of a lesson's page that readers share, rendered once and kept.

A sheet is rendered without a request, from frozen texts and a few facts about how far its reader is; those facts are
its whole key, so nothing of one reader can reach another. The study's number and the form token, which differ for
everyone, are stand-ins that `for_reader` replaces.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from cms import frame
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """The row in the header and the lesson itself, as HTML."""

    bar: SafeString
    article: SafeString

    def for_reader(self, *, study: UUID, token: str) -> "Sheet":
        def own(html: str) -> SafeString:
            # Both are made of letters, digits and hyphens alone.
            return mark_safe(html.replace(str(ANY_STUDY), str(study)).replace(ANY_TOKEN, token))  # noqa: S308

        return Sheet(own(self.bar), own(self.article))


@lru_cache(maxsize=500)
def sheet_of(reading: Reading) -> Sheet:
    """The sheet for whoever is that far, rendered once."""
    place = places(reading.version_id, reading.path, reading.language)[reading.unit_key]
    segments = courses.lesson(place.unit.id, reading.language, reading.role)
    context = {
        "enrolment": SimpleNamespace(number=ANY_STUDY, is_open=reading.is_open),
        "csrf_token": ANY_TOKEN,
        "place": place,
        "siblings_done": reading.done,
        "text": courses.unit_text(place.unit.id, reading.language),
        "parts": [(segment, segment.check and reading.asked(segment.check)) for segment in segments],
        "stopped_at": reading.stopped_at,
        "is_done": reading.is_done,
    }
    with override(reading.language):
        return draw(context)


def draw(context: dict[str, object]) -> Sheet:
    """The sheet in the active language; what `context` needs stands in the two templates."""
    context = {"frame": frame.parts(signed_in=True), **context}
    return Sheet(
        render_to_string("learning/unit_bar.html", context), render_to_string("learning/lesson_sheet.html", context)
    )
