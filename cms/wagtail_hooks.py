"""Editor screens of the site: support contacts and mail texts."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import MailText, SupportContact


@hooks.register("insert_global_admin_js")
def keep_typed_dates() -> str:
    return format_html('<script src="{}"></script>', static("kopa/js/editor.js"))


class SupportContactViewSet(SnippetViewSet):
    model = SupportContact
    icon = "help"
    menu_label = _("Support contacts")
    menu_order = 300
    add_to_admin_menu = True
    list_display = [
        "number",
        Column("description", label=_("What it is for")),
        BooleanColumn("in_footer", label=_("On every page")),
        DateColumn("checked_on", label=_("Last checked")),
    ]
    ordering = ["position", "number"]
    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("position")]),
        MultiFieldPanel([FieldPanel("description_lv"), FieldPanel("description_en")], heading=_("What it is for")),
        FieldPanel("in_footer"),
        FieldRowPanel([FieldPanel("source"), FieldPanel("checked_on")], heading=_("Where it was checked")),
    ]


class MailTextViewSet(SnippetViewSet):
    model = MailText
    icon = "mail"
    menu_label = _("Mail texts")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ["key", Column("subject", label=_("Subject"))]
    panels = [
        FieldPanel("key", read_only=True),
        FieldPanel("placeholders", read_only=True),
        MultiFieldPanel([FieldPanel("subject_lv"), FieldPanel("body_lv")], heading=_("In Latvian")),
        MultiFieldPanel([FieldPanel("subject_en"), FieldPanel("body_en")], heading=_("In English")),
    ]


register_snippet(SupportContactViewSet)
register_snippet(MailTextViewSet)
