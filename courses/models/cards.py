"""Action cards: one page per role of what to do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.i18n import Translated
from cms.models import SupportContact
from courses import blocks
from courses.fields import BlocksField

from .frozen import Course, Role


class ActionCard(ClusterableModel):
    """A role's page to print or keep on a phone. Always the current one, never frozen."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cards", verbose_name=_("programme"))
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="cards", verbose_name=_("role"))
    title_lv = models.CharField(_("title in Latvian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    steps = BlocksField([("step", blocks.CardStep())], verbose_name=_("steps"))
    say = BlocksField([("phrase", blocks.in_languages(label=_("Phrase"), rows=2))], verbose_name=_("what to say"))
    contacts = ParentalManyToManyField(SupportContact, verbose_name=_("support contacts"), blank=True)
    local_contacts = BlocksField(
        [("contact", blocks.in_languages(label=_("Whom to reach"), rows=1))],
        verbose_name=_("local contacts to fill in"),
        blank=True,
        help_text=_("Names of posts. Readers write the numbers of their own institution beside them."),
    )
    legal_lv = models.TextField(_("legal basis in Latvian"))
    legal_en = models.TextField(_("legal basis in English"))

    title = Translated("title")
    legal = Translated("legal")

    panels = [
        FieldRowPanel([FieldPanel("course"), FieldPanel("role")]),
        FieldRowPanel([FieldPanel("title_lv"), FieldPanel("title_en")]),
        FieldPanel("steps"),
        FieldPanel("say"),
        FieldPanel("contacts"),
        FieldPanel("local_contacts"),
        FieldRowPanel([FieldPanel("legal_lv"), FieldPanel("legal_en")]),
    ]

    class Meta:
        ordering = ["course", "role"]
        verbose_name = _("action card")
        verbose_name_plural = _("action cards")
        constraints = [models.UniqueConstraint(fields=["course", "role"], name="courses_action_card_once")]

    def __str__(self) -> str:
        return self.title
