"""Blocks an editor writes lessons and cases with. Every text stands in all languages, side by side.

The names of blocks and of their fields are the format of programme files; see `courses.programme_files.content`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    DateBlock,
    ListBlock,
    StreamBlock,
    StreamBlockValidationError,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)

QUALITIES = [("good", _("safest")), ("ok", _("acceptable, but something is missing")), ("poor", _("not safe"))]
TONES = [("info", _("information")), ("care", _("care for the reader")), ("law", _("duty under the law"))]

CARD_STEPS = [
    ("notice", _("notice")),
    ("listen", _("listen")),
    ("report", _("report")),
    ("cooperate", _("work together")),
]


def in_languages(
    block: Callable[..., Any] = TextBlock, *, label: Any, help_text: Any = "", **options: Any
) -> StructBlock:
    """The same text in every language of the site, beside one another."""
    if block is TextBlock:
        options.setdefault("rows", 3)
    children = [(code, block(label=name, **options)) for code, name in settings.LANGUAGES]
    return StructBlock(children, label=label, help_text=help_text, form_classname="struct-block kopa-languages")


def role_choices() -> list[tuple[str, str]]:
    from courses.models import Role  # models import blocks

    return [(role.key, role.title) for role in Role.objects.all()]


def _one_text(label: Any, icon: str, help_text: Any = "", **options: Any) -> StructBlock:
    return StructBlock(
        [("text", in_languages(label=_("Text"), **options))], label=label, icon=icon, help_text=help_text
    )


def _points(label: Any, icon: str, help_text: Any = "") -> StructBlock:
    item = in_languages(label=_("Point"), rows=2)
    return StructBlock(
        [("items", ListBlock(item, min_num=1, label=_("Points")))], label=label, icon=icon, help_text=help_text
    )


def _title(label: Any = None) -> tuple[str, StructBlock]:
    return "title", in_languages(CharBlock, label=label or _("Title"))


def _text(label: Any = None) -> tuple[str, StructBlock]:
    return "text", in_languages(label=label or _("Text"))


class RightOption(StructBlock):
    text = in_languages(label=_("Option"), rows=2)
    correct = BooleanBlock(label=_("This option is right"), required=False)


class CheckBlock(StructBlock):
    """A question inside a lesson."""

    kind = ChoiceBlock(
        label=_("Kind"), choices=[("single", _("one right option")), ("multi", _("several right options"))]
    )
    question = in_languages(label=_("Question"), rows=2)
    options = ListBlock(RightOption(label=_("Option")), min_num=2, max_num=8, label=_("Options"))
    why = in_languages(label=_("Reason, read after answering"))

    class Meta:
        label = _("Knowledge check")
        icon = "help"
        help_text = _("Answering is never compulsory. Say in the reason why, not just which.")

    def clean(self, value):
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        right = sum(option["correct"] for option in cleaned["options"])
        if cleaned["kind"] == "single" and right != 1:
            raise StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark exactly one option as right."))}
            )
        if not 0 < right < len(cleaned["options"]):
            raise StructBlockValidationError(
                block_errors={"options": ValidationError(_("Mark at least one option as right and one as not."))}
            )
        return cleaned


class RoleText(StructBlock):
    role = ChoiceBlock(label=_("Role"), choices=role_choices)
    text = in_languages(label=_("In one or two sentences"))


class RoleLinesBlock(StructBlock):
    """What the lesson means in each post; a reader sees their own."""

    roles = ListBlock(RoleText(label=_("Role")), min_num=1, label=_("Roles"))

    class Meta:
        label = _("What this means in my post")
        icon = "user"
        help_text = _("One entry for each role. Each reader sees the entry of their own role alone.")

    def clean(self, value):
        cleaned = super().clean(value)
        _each_role_once(cleaned["roles"], "roles")
        return cleaned


def _each_role_once(entries: Iterable[Mapping[str, Any]], field: str) -> None:
    roles = [entry["role"] for entry in entries]
    if len(set(roles)) < len(roles):
        raise StructBlockValidationError(block_errors={field: ValidationError(_("A role stands here twice."))})


class CaseOption(StructBlock):
    text = in_languages(label=_("What I do"), rows=2)
    quality = ChoiceBlock(label=_("How safe it is for the child"), choices=QUALITIES)
    feedback = in_languages(label=_("Feedback, read after choosing"))

    class Meta:
        label = _("Option")
        icon = "list-ul"


def _one_is_best(options: Iterable[Mapping[str, Any]]) -> None:
    if sum(option["quality"] == "good" for option in options) != 1:
        raise ValidationError(_("Mark exactly one option as the safest."))


class CaseOptionsBlock(StreamBlock):
    """What every role may choose from, unless it has options of its own."""

    option = CaseOption()

    class Meta:
        min_num = 2
        max_num = 8

    def clean(self, value):
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            try:
                _one_is_best(child.value for child in cleaned)
            except ValidationError as error:
                raise StreamBlockValidationError(non_block_errors=[error]) from error
        return cleaned


class RoleOptions(StructBlock):
    """Options of a role that decides differently: they replace the common ones for it."""

    role = ChoiceBlock(label=_("Role"), choices=role_choices)
    options = ListBlock(CaseOption(), min_num=2, max_num=8, label=_("Options of this role"))

    class Meta:
        label = _("Options of one role")
        icon = "user"

    def clean(self, value):
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            try:
                _one_is_best(cleaned["options"])
            except ValidationError as error:
                raise StructBlockValidationError(block_errors={"options": error}) from error
        return cleaned


class _RoleOnceBlock(StreamBlock):
    """A list with one entry for a role at most."""

    def clean(self, value):
        cleaned = super().clean(value)
        roles = [child.value["role"] for child in cleaned]
        if len(set(roles)) < len(roles):
            raise StreamBlockValidationError(non_block_errors=[ValidationError(_("A role stands here twice."))])
        return cleaned


class RoleOptionsBlock(_RoleOnceBlock):
    for_role = RoleOptions()

    class Meta:
        required = False


class ActionsBlock(_RoleOnceBlock):
    """The right action of each role, read side by side after answering."""

    action = RoleText(label=_("Role"), icon="user")


class CardStep(StructBlock):
    """A step of an action card, one of the four every sector takes."""

    step = ChoiceBlock(label=_("Step"), choices=CARD_STEPS)
    title = in_languages(CharBlock, label=_("Title"))
    text = in_languages(label=_("What to do"))
    dont = in_languages(label=_("What not to do"), rows=2)

    class Meta:
        label = _("Step")
        icon = "order"


def lesson_blocks() -> list[tuple[str, StructBlock]]:
    """Every kind of block a lesson may hold."""
    return [
        ("paragraph", _one_text(_("Paragraph"), "pilcrow", rows=5)),
        (
            "heading",
            StructBlock([("text", in_languages(CharBlock, label=_("Heading")))], label=_("Heading"), icon="title"),
        ),
        ("list", _points(_("List"), "list-ul")),
        ("steps", _points(_("Steps"), "list-ol", _("Points that follow one another."))),
        (
            "example",
            StructBlock(
                [_title(), _text()],
                label=_("Example"),
                icon="doc-empty-inverse",
                help_text=_("A fictional example. Never a real child or case."),
            ),
        ),
        (
            "say",
            StructBlock(
                [("do", in_languages(label=_("Say"))), ("dont", in_languages(label=_("Do not say")))],
                label=_("What to say and what not to say"),
                icon="openquote",
            ),
        ),
        (
            "callout",
            StructBlock(
                [("tone", ChoiceBlock(label=_("Tone"), choices=TONES)), _title(), _text()],
                label=_("Note"),
                icon="warning",
            ),
        ),
        (
            "law",
            StructBlock(
                [
                    ("ref", CharBlock(label=_("Reference"), help_text=_("Such as: BTAL 73. panta pirmā daļa"))),
                    _text(_("In plain words")),
                    ("checked", DateBlock(label=_("Checked in the law on"))),
                ],
                label=_("What the law says"),
                icon="clipboard-list",
            ),
        ),
        ("check", CheckBlock()),
        ("reflection", _one_text(_("Question to think about"), "view", _("Nothing is written or stored."))),
        ("role", RoleLinesBlock()),
        ("keypoints", _points(_("Take along"), "tick")),
        (
            "change",
            StructBlock(
                [
                    _title(),
                    _text(),
                    ("do", in_languages(label=_("What to do"))),
                    (
                        "effective",
                        DateBlock(
                            label=_("In force since"),
                            required=False,
                            help_text=_("Leave empty while the date is not known."),
                        ),
                    ),
                    ("ref", CharBlock(label=_("Reference"))),
                    ("checked", DateBlock(label=_("Checked in the law on"))),
                ],
                label=_("What changed"),
                icon="history",
                help_text=_("For the yearly refresher."),
            ),
        ),
    ]
