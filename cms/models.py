"""The site around the training: pages, support contacts, mail texts."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.i18n import Translated


class TranslatedPage(Page):
    """A page whose Wagtail title is Latvian and whose other texts stand side by side."""

    title_en = models.CharField(_("title in English"), max_length=255)
    body_lv = RichTextField(_("text in Latvian"), blank=True, features=["h2", "h3", "ol", "ul", "bold", "link"])
    body_en = RichTextField(_("text in English"), blank=True, features=["h2", "h3", "ol", "ul", "bold", "link"])

    title_lv = property(lambda self: self.title)
    heading = Translated("title")
    body = Translated("body")

    content_panels = [
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldPanel("body_lv"),
        FieldPanel("body_en"),
    ]

    class Meta:
        abstract = True


class HomePage(TranslatedPage):
    lead_lv = models.TextField(_("lead in Latvian"), blank=True)
    lead_en = models.TextField(_("lead in English"), blank=True)
    lead = Translated("lead")

    max_count = 1
    template = "cms/home.html"
    content_panels = [
        *TranslatedPage.content_panels[:1],
        MultiFieldPanel([FieldPanel("lead_lv"), FieldPanel("lead_en")], heading=_("Lead")),
        *TranslatedPage.content_panels[1:],
    ]


class StandardPage(TranslatedPage):
    """About, privacy, accessibility, contact."""

    in_footer = models.BooleanField(_("link in the footer"), default=True)

    template = "cms/standard.html"
    content_panels = [*TranslatedPage.content_panels, FieldPanel("in_footer")]


class SupportContact(models.Model):
    """A helpline or emergency number, shown on every learner page, in print and in mail."""

    number = models.CharField(
        _("number"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^\+?[0-9 ]{3,19}$", _("Digits and spaces only."))],
    )
    description_lv = models.CharField(_("what it is for, in Latvian"), max_length=300)
    description_en = models.CharField(_("what it is for, in English"), max_length=300)
    in_footer = models.BooleanField(_("show on every page"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)
    checked_on = models.DateField(_("last checked"), null=True, blank=True)

    description = Translated("description")

    class Meta:
        ordering = ["position", "number"]
        verbose_name = _("support contact")
        verbose_name_plural = _("support contacts")

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    @property
    def dial(self) -> str:
        """The number as a `tel:` link wants it."""
        return self.number.replace(" ", "")


class MailText(models.Model):
    """Subject and body of one kind of mail; `{placeholders}` are a closed list per key."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    subject_lv = models.CharField(_("subject in Latvian"), max_length=200)
    subject_en = models.CharField(_("subject in English"), max_length=200)
    body_lv = models.TextField(_("text in Latvian"))
    body_en = models.TextField(_("text in English"))
    placeholders = models.JSONField(_("placeholders"), default=list)

    subject = Translated("subject")
    body = Translated("body")

    class Meta:
        ordering = ["key"]
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")

    def __str__(self) -> str:
        return self.key
