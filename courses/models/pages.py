"""Pages where editors write a programme. Learners meet the frozen versions, never these."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.blocks import CharBlock
from wagtail.models import Page

from cms.i18n import Translated
from courses import blocks
from courses.fields import BlocksField
from courses.forms import ProgrammePageForm
from courses.previews import PreviewPerLanguage, PreviewPerReader

from .frozen import Course, Path
from .packages import Package
from .terms import CertificateTerms, certificate_panels


class ProgrammePage(Page):
    """A part of a programme: a stable key, a title in each language, and no address of its own on the site."""

    key = models.SlugField(
        _("key"),
        max_length=60,
        blank=True,
        help_text=_("Made from the English title when left empty. It is set once and stays the same in every version."),
    )
    title_en = models.CharField(_("title in English"), max_length=255)

    title_lv = property(lambda self: self.title)
    heading = Translated("title")
    base_form_class = ProgrammePageForm
    # Editors see the parts in the order in which they are studied.
    admin_default_ordering = "ord"
    preview_modes = []
    promote_panels = []
    settings_panels = []
    title_panels = [
        HelpPanel(template="courses/cms/publishing_note.html"),
        FieldRowPanel(
            [
                FieldPanel("title", heading=_("Title in Latvian"), help_text=_("As learners read it.")),
                FieldPanel("title_en", help_text=_("As learners read it.")),
            ]
        ),
        FieldPanel("key"),
    ]

    class Meta:
        abstract = True

    def route(self, request, path_components):
        raise Http404

    def get_url_parts(self, request=None):
        return None

    def programme(self) -> CoursePage | None:
        """The programme this page belongs to, itself included."""
        return CoursePage.objects.ancestor_of(self, inclusive=True).first()


def one_tab(*panels: Panel) -> TabbedInterface:
    return TabbedInterface([ObjectList(panels, heading=_("Content"))])


def objectives_field() -> BlocksField:
    item = blocks.in_languages(label=_("Outcome"), rows=2)
    return BlocksField(
        [("objective", item)],
        verbose_name=_("outcomes"),
        blank=True,
        help_text=_("What a reader can do afterwards. Begin with a verb."),
    )


class CoursePage(CertificateTerms, ProgrammePage):
    """A programme, its rules and the terms of its certificates."""

    course = models.OneToOneField(Course, on_delete=models.PROTECT, null=True, editable=False, related_name="page")
    subtitle_lv = models.CharField(_("subtitle in Latvian"), max_length=255)
    subtitle_en = models.CharField(_("subtitle in English"), max_length=255)
    about_lv = models.TextField(_("about the programme, in Latvian"))
    about_en = models.TextField(_("about the programme, in English"))
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark, per cent"), default=80, validators=[MaxValueValidator(100)]
    )
    questions_per_quiz = models.PositiveSmallIntegerField(
        _("questions in a quiz"), default=8, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    validity_months = models.PositiveSmallIntegerField(
        _("certificate valid for, months"),
        null=True,
        blank=True,
        default=36,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Leave empty when it never expires."),
    )
    renewal_window_days = models.PositiveSmallIntegerField(
        _("renewal opens before expiry, days"), default=90, validators=[MaxValueValidator(365)]
    )
    grace_days = models.PositiveSmallIntegerField(
        _("grace after expiry, days"), default=60, validators=[MaxValueValidator(365)]
    )

    # A copied programme is another programme; its pages keep their keys, which are its own.
    exclude_fields_in_copy = ["key", "course"]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["courses.ModulePage"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *ProgrammePage.title_panels,
                    FieldRowPanel([FieldPanel("subtitle_lv"), FieldPanel("subtitle_en")]),
                    FieldRowPanel([FieldPanel("about_lv"), FieldPanel("about_en")]),
                ],
                heading=_("Content"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldRowPanel([FieldPanel("pass_mark_percent"), FieldPanel("questions_per_quiz")])],
                        heading=_("Quizzes"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("validity_months"),
                            FieldRowPanel([FieldPanel("renewal_window_days"), FieldPanel("grace_days")]),
                        ],
                        heading=_("Validity"),
                    ),
                ],
                heading=_("Rules"),
            ),
            ObjectList(certificate_panels, heading=_("Certificate")),
        ]
    )

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class ModulePage(ProgrammePage):
    """A chapter: its note about the content, its lessons, a case and a quiz from the questions of its pool."""

    study_path = models.CharField(
        _("belongs to"),
        max_length=10,
        choices=Path.choices,
        default=Path.FULL,
        help_text=_("A refresher is studied before a certificate expires, in place of the whole programme."),
    )
    note_lv = models.TextField(
        _("content note in Latvian"),
        help_text=_("Calm and short: what the module speaks of and what is not in it. Not a warning."),
    )
    note_en = models.TextField(_("content note in English"))
    objectives = objectives_field()
    quiz_title_lv = models.CharField(_("title of the quiz in Latvian"), max_length=255, default="Zināšanu pārbaude")
    quiz_title_en = models.CharField(_("title of the quiz in English"), max_length=255, default="Quiz")

    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage", "courses.CasePage", "courses.PackagePage"]
    edit_handler = one_tab(
        *ProgrammePage.title_panels,
        FieldPanel("study_path"),
        FieldRowPanel([FieldPanel("note_lv"), FieldPanel("note_en")]),
        FieldPanel("objectives"),
        FieldRowPanel([FieldPanel("quiz_title_lv"), FieldPanel("quiz_title_en")]),
    )

    note = Translated("note")

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def number(self) -> int:
        """Its place among the modules of its path, counted from 1."""
        before = ModulePage.objects.sibling_of(self).filter(study_path=self.study_path, path__lt=self.path)
        return before.count() + 1


class LessonPage(PreviewPerReader, ProgrammePage):
    objectives = objectives_field()
    body = BlocksField(blocks.lesson_blocks(), verbose_name=_("text of the lesson"))
    sources = BlocksField([("source", CharBlock(label=_("Source")))], verbose_name=_("sources"), blank=True)

    parent_page_types = ["courses.ModulePage"]
    subpage_types = []
    edit_handler = one_tab(
        *ProgrammePage.title_panels, FieldPanel("objectives"), FieldPanel("body"), FieldPanel("sources")
    )

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class CasePage(PreviewPerReader, ProgrammePage):
    """One case, met by every role with what it may do, and read side by side afterwards."""

    text_lv = models.TextField(_("what happened, in Latvian"), help_text=_("Fictional. Never a real child or case."))
    text_en = models.TextField(_("what happened, in English"))
    question_lv = models.CharField(_("question in Latvian"), max_length=300)
    question_en = models.CharField(_("question in English"), max_length=300)
    options = BlocksField(blocks.CaseOptionsBlock(), verbose_name=_("options for everybody"))
    role_options = BlocksField(
        blocks.RoleOptionsBlock(),
        verbose_name=_("options of single roles"),
        blank=True,
        help_text=_("A role that decides differently sees its own options in place of those for everybody."),
    )
    actions = BlocksField(
        blocks.ActionsBlock(),
        verbose_name=_("right action of each role"),
        help_text=_("One entry for each role, shown side by side once the reader has answered."),
    )
    pitfall_lv = models.TextField(_("most common mistake, in Latvian"))
    pitfall_en = models.TextField(_("most common mistake, in English"))
    summary_lv = models.TextField(
        _("text summary in Latvian"), help_text=_("Read in place of the case by those who skip it. It counts the same.")
    )
    summary_en = models.TextField(_("text summary in English"))
    discussion_lv = models.TextField(_("question for groups, in Latvian"), blank=True)
    discussion_en = models.TextField(_("question for groups, in English"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    parent_page_types = ["courses.ModulePage"]
    subpage_types = []
    edit_handler = one_tab(
        *ProgrammePage.title_panels,
        FieldRowPanel([FieldPanel("text_lv"), FieldPanel("text_en")]),
        FieldRowPanel([FieldPanel("question_lv"), FieldPanel("question_en")]),
        FieldPanel("options"),
        FieldPanel("role_options"),
        FieldPanel("actions"),
        FieldRowPanel([FieldPanel("pitfall_lv"), FieldPanel("pitfall_en")]),
        FieldRowPanel([FieldPanel("summary_lv"), FieldPanel("summary_en")]),
        FieldRowPanel([FieldPanel("discussion_lv"), FieldPanel("discussion_en")]),
        FieldPanel("source"),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")


class PackagePage(PreviewPerLanguage, ProgrammePage):
    """A training package as a part of a module, and what of its reports counts."""

    class DoneWhen(models.TextChoices):
        COMPLETED = "completed", _("The package is completed")
        PASSED = "passed", _("The package is passed")
        COMPLETED_AND_PASSED = "completed_and_passed", _("The package is completed and passed")
        OPENED = "opened", _("The package was opened")

    package = models.ForeignKey(
        Package,
        on_delete=models.PROTECT,
        verbose_name=_("package"),
        related_name="pages",
        help_text=_("One version of it. A newer one has to be chosen here: nobody's training changes by itself."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("How long it honestly takes. It counts towards the length of the programme."),
    )
    done_when = models.CharField(
        _("the part is done when"),
        max_length=30,
        choices=DoneWhen.choices,
        default=DoneWhen.COMPLETED,
        help_text=_(
            "The package reports this from the learner's browser, and such a report can be forged. Where a certificate "
            "has to stand up to that, ask for a quiz as well."
        ),
    )
    pass_mark_percent = models.PositiveSmallIntegerField(
        _("pass mark, per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "Of the score the package reports. Left empty, the package says who passed: some say so at any score."
        ),
    )
    failed_counts = models.BooleanField(
        _("failed counts as completed"),
        default=False,
        help_text=_("SCORM 1.2 has one word for both: whoever failed went through the package all the same."),
    )
    may_repeat = models.BooleanField(
        _("can be taken again once finished"),
        default=True,
        help_text=_(
            "Whoever has not passed can always begin again from nothing. This lets those do so as well who have "
            "finished. What they have reached stays."
        ),
    )
    requires_quiz = models.BooleanField(
        _("require a server-marked quiz as well"),
        default=False,
        help_text=_(
            "No version is published while this module has no quiz. The platform marks quizzes itself: their right "
            "answers stay on the server, so the result cannot be forged."
        ),
    )

    parent_page_types = ["courses.ModulePage"]
    subpage_types = []
    edit_handler = one_tab(
        *ProgrammePage.title_panels,
        FieldPanel("package"),
        FieldPanel("minutes"),
        MultiFieldPanel(
            [
                FieldPanel("done_when"),
                FieldPanel("pass_mark_percent"),
                FieldPanel("failed_counts"),
                FieldPanel("may_repeat"),
                FieldPanel("requires_quiz"),
            ],
            heading=_("What counts"),
        ),
    )

    class Meta:
        verbose_name = _("training package")
        verbose_name_plural = _("training packages")

    def clean(self) -> None:
        super().clean()
        passes = {self.DoneWhen.PASSED, self.DoneWhen.COMPLETED_AND_PASSED}
        if self.pass_mark_percent is not None and self.done_when not in passes:
            useless = _("A pass mark has a meaning only when the part is done by passing. Leave it empty.")
            raise ValidationError({"pass_mark_percent": useless})
