"""The site around the training: pages, support contacts, mail texts."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.i18n import Translated

PLACEHOLDER = re.compile(r"\{(\w+)\}")


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
    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home.html"
    content_panels = [
        *TranslatedPage.content_panels[:1],
        MultiFieldPanel([FieldPanel("lead_lv"), FieldPanel("lead_en")], heading=_("Lead")),
        *TranslatedPage.content_panels[1:],
    ]


class StandardPage(TranslatedPage):
    """About, privacy, accessibility, contact."""

    in_footer = models.BooleanField(_("link in the footer"), default=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/standard.html"
    content_panels = [*TranslatedPage.content_panels, FieldPanel("in_footer")]

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        return super().get_context(request, *args, **kwargs) | {"site": SiteSettings.current()}


def default_quick_exit_url() -> str:
    return settings.QUICK_EXIT_URL


@register_setting(icon="cog", order=100)
class SiteSettings(BaseGenericSetting):
    """What an editor may change about the frame of every page."""

    quick_exit_url = models.URLField(
        _("address that quick exit opens"),
        default=default_quick_exit_url,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("An ordinary page, such as a news site, that says nothing about training."),
    )
    review_notice_lv = models.TextField(_("notice in the footer, in Latvian"), blank=True)
    review_notice_en = models.TextField(_("notice in the footer, in English"), blank=True)
    contact_name = models.CharField(_("whom to ask"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=30, blank=True)

    review_notice = Translated("review_notice")

    panels = [
        FieldPanel("quick_exit_url"),
        MultiFieldPanel([FieldPanel("review_notice_lv"), FieldPanel("review_notice_en")], heading=_("Notice")),
        MultiFieldPanel(
            [FieldPanel("contact_name"), FieldPanel("contact_email"), FieldPanel("contact_phone")],
            heading=_("Contact"),
        ),
    ]

    class Meta:
        verbose_name = _("site settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> SiteSettings:
        """What was saved, else the defaults; unlike `load`, reading it never writes a row."""
        return cls.objects.first() or cls()


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
    def spaced(self) -> str:
        """As it is read aloud: 116 111."""
        return (
            f"{self.number[:3]} {self.number[3:]}" if self.number.isdigit() and len(self.number) == 6 else self.number
        )

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

    def clean(self) -> None:
        """Whoever sends this mail fills the listed placeholders and no others."""
        super().clean()
        problems = {}
        for code, _name in settings.LANGUAGES:
            for field in (f"subject_{code}", f"body_{code}"):
                unknown = set(PLACEHOLDER.findall(getattr(self, field))) - set(self.placeholders)
                if unknown:
                    problems[field] = _("Nothing fills %(names)s. Use only: %(known)s.") % {
                        "names": ", ".join(f"{{{name}}}" for name in sorted(unknown)),
                        "known": ", ".join(f"{{{name}}}" for name in self.placeholders),
                    }
        if problems:
            raise ValidationError(problems)
