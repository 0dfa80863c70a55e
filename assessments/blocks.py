"""How an editor writes the answers of a question: one block for each kind, every text in all languages."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class WordsBlock(blocks.StructBlock):
    """One text in every language of the site, side by side."""

    def __init__(self, *, required: bool = True, rows: int = 1, **kwargs: object) -> None:
        children = [
            (code, blocks.TextBlock(label=name, required=required, rows=rows)) for code, name in settings.LANGUAGES
        ]
        super().__init__(children, **kwargs)

    class Meta:
        form_classname = "struct-block words-block"


class OptionBlock(blocks.StructBlock):
    text = WordsBlock(label=_("Answer"))
    correct = blocks.BooleanBlock(label=_("Right"), required=False)
    why = WordsBlock(label=_("Why"), required=False)


class ChoiceBlock(blocks.StructBlock):
    options = blocks.ListBlock(OptionBlock(label=_("Answer")), label=_("Answers"), min_num=2, max_num=10)

    class Meta:
        icon = "list-ul"


class TrueFalseBlock(blocks.StructBlock):
    options = blocks.ListBlock(OptionBlock(label=_("Answer")), label=_("True, then false"), min_num=2, max_num=2)

    class Meta:
        icon = "check"


class ItemBlock(blocks.StructBlock):
    text = WordsBlock(label=_("Step"))
    why = WordsBlock(label=_("Why"), required=False)


class OrderingBlock(blocks.StructBlock):
    items = blocks.ListBlock(ItemBlock(label=_("Step")), label=_("Steps in the right order"), min_num=3, max_num=10)

    class Meta:
        icon = "order"


class PairBlock(blocks.StructBlock):
    left = WordsBlock(label=_("Left side"))
    right = WordsBlock(label=_("What belongs to it"))


class MatchingBlock(blocks.StructBlock):
    pairs = blocks.ListBlock(PairBlock(label=_("Pair")), label=_("Pairs"), min_num=2, max_num=10)

    class Meta:
        icon = "link"


class WayBlock(blocks.StructBlock):
    text = WordsBlock(label=_("What the learner may do"))
    quality = blocks.ChoiceBlock(
        label=_("How good it is"),
        choices=[("good", _("Good")), ("ok", _("Acceptable")), ("poor", _("Poor"))],
    )
    feedback = WordsBlock(label=_("What the learner reads then"))
    to = blocks.CharBlock(label=_("Leads to the step named"), max_length=20)


class NodeBlock(blocks.StructBlock):
    id = blocks.CharBlock(label=_("Name of this step"), max_length=20)
    text = WordsBlock(label=_("What happens"), rows=3)
    choices = blocks.ListBlock(
        WayBlock(label=_("Choice")), label=_("Choices; none: the case ends here"), min_num=0, max_num=6
    )


class BranchingBlock(blocks.StructBlock):
    nodes = blocks.ListBlock(NodeBlock(label=_("Step of the case")), label=_("Steps"), min_num=2, max_num=20)

    class Meta:
        icon = "tree"


class AnswersBlock(blocks.StreamBlock):
    """The body of a question: exactly one block, which says its kind."""

    single = ChoiceBlock(label=_("One right answer"))
    multi = ChoiceBlock(label=_("Several right answers"), icon="tasks")
    true_false = TrueFalseBlock(label=_("True or false"))
    ordering = OrderingBlock(label=_("Put in order"))
    matching = MatchingBlock(label=_("Match pairs"))
    branching = BranchingBlock(label=_("Step by step"))

    class Meta:
        min_num = 1
        max_num = 1
