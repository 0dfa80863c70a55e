"""How an editor writes the answers of a question: one block for each kind, every text in all languages.

The names of blocks and of their fields are those of a question's content; see `assessments.questions`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError, ListValue
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from assessments.errors import Message, Problem, QuestionInvalid
from assessments.questions import check_content
from courses.blocks import QUALITIES, in_languages

# Longer names would not fit the lists that lead from one step to another.
LONGEST_NAME = 20


class OptionBlock(blocks.StructBlock):
    text = in_languages(label=_("Option"), rows=2)
    correct = blocks.BooleanBlock(label=_("This answer is right"), required=False)
    why = in_languages(label=_("Reason, if this answer needs one of its own"), rows=2, required=False)


class ItemBlock(blocks.StructBlock):
    text = in_languages(label=_("Step"), rows=2)
    why = in_languages(label=_("Reason, if this step needs one of its own"), rows=2, required=False)


class PairBlock(blocks.StructBlock):
    left = in_languages(label=_("Left side"), rows=2)
    right = in_languages(label=_("What belongs to it"), rows=2)


class WayBlock(blocks.StructBlock):
    text = in_languages(label=_("What I do"), rows=2)
    quality = blocks.ChoiceBlock(label=_("How safe it is for the child"), choices=QUALITIES)
    feedback = in_languages(label=_("Feedback, read after choosing"), rows=2)
    to = blocks.CharBlock(label=_("Name of the step it leads to"), max_length=LONGEST_NAME)


class NodeBlock(blocks.StructBlock):
    id = blocks.CharBlock(label=_("Name of this step"), max_length=LONGEST_NAME)
    text = in_languages(label=_("What happens"))
    choices = blocks.ListBlock(
        WayBlock(label=_("Choice")),
        label=_("Choices; without any the case ends here"),
        min_num=0,
        max_num=6,
        default=[],
    )


def _options(label: Message, icon: str, help_text: Message, *, most: int = 10) -> blocks.StructBlock:
    options = blocks.ListBlock(OptionBlock(label=_("Option")), label=_("Options"), min_num=2, max_num=most)
    return blocks.StructBlock([("options", options)], label=label, icon=icon, help_text=help_text)


class AnswersBlock(blocks.StreamBlock):
    """The body of a question: exactly one block, which says its kind."""

    single = _options(_("One right answer"), "radio-full", _("Learners see the answers in a random order."))
    multi = _options(_("Several right answers"), "tasks", _("Learners see the answers in a random order."))
    true_false = _options(_("True or false"), "check", _("First “true”, then “false”."), most=2)
    ordering = blocks.StructBlock(
        [("items", blocks.ListBlock(ItemBlock(label=_("Step")), label=_("Steps"), min_num=3, max_num=10))],
        label=_("Put in order"),
        icon="order",
        help_text=_("Write the steps in the right order; learners see them shuffled."),
    )
    matching = blocks.StructBlock(
        [("pairs", blocks.ListBlock(PairBlock(label=_("Pair")), label=_("Pairs"), min_num=2, max_num=10))],
        label=_("Match pairs"),
        icon="link",
        help_text=_("Several left sides may have the same right side."),
    )
    branching = blocks.StructBlock(
        [("nodes", blocks.ListBlock(NodeBlock(label=_("Step")), label=_("Steps"), min_num=2, max_num=20))],
        label=_("Step by step"),
        icon="tasks",
        help_text=_("The case begins with the first step. Choices lead forwards only; each step has a good one."),
    )

    class Meta:
        min_num = 1
        max_num = 1

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        cleaned = super().clean(value)
        [answers] = cleaned
        # The head is written elsewhere in the form and has checks of its own.
        languages = [code for code, _name in settings.LANGUAGES]
        words = dict.fromkeys(languages, "…")
        try:
            check_content(
                {"kind": answers.block_type, "text": words, "why": words, **plain(answers.value)}, locales=languages
            )
        except QuestionInvalid as invalid:
            errors = _errors(answers.block, [(problem.field.split("."), problem) for problem in invalid.problems])
            raise StreamBlockValidationError(block_errors={0: errors}) from None
        return cleaned


def plain(value: Any) -> Any:
    """The value of a block as plain JSON."""
    if isinstance(value, blocks.StructValue):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, ListValue):
        return [plain(part) for part in value]
    return value


def _errors(block: blocks.Block, problems: Iterable[tuple[list[str], Problem]]) -> ValidationError:
    """Problems as errors of a block, each beside the part it is about."""
    here: list[ValidationError] = []
    below: dict[str, list[tuple[list[str], Problem]]] = defaultdict(list)
    for path, problem in problems:
        if path:
            below[path[0]].append((path[1:], problem))
        else:
            here.append(ValidationError(problem.message))
    if isinstance(block, blocks.StructBlock):
        parts = {name: _errors(block.child_blocks[name], part) for name, part in below.items()}
        return StructBlockValidationError(block_errors=parts, non_block_errors=here)
    if isinstance(block, blocks.ListBlock):
        items = {int(place): _errors(block.child_block, part) for place, part in below.items()}
        return ListBlockValidationError(block_errors=items, non_block_errors=here)
    return ValidationError(here)
