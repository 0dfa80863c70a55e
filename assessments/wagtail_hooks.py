"""The bank of questions in the editor."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Question
from assessments.selectors import usage
from courses.blocks import role_choices
from learning.models import User


class QuestionForm(WagtailAdminModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=role_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every role."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if answers := cleaned.get("body"):
            self.instance.kind = answers[0].block_type
        return cleaned


class UsagePanel(Panel):
    """In which versions the question is asked, and how it is answered on the whole."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/editor/usage.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"usage": usage(self.instance)}


class QuestionFilters(WagtailFilterSet):
    pool = django_filters.AllValuesFilter(label=_("Pool"))
    topic = django_filters.AllValuesFilter(label=_("Topic"))

    class Meta:
        model = Question
        fields = ["course", "pool", "topic", "kind", "difficulty", "is_active"]


class NeverDeleted(ModelPermissionPolicy):
    """What was asked explains results that people hold, so questions are taken out of use instead."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    add_to_admin_menu = True
    list_display = [
        "__str__",
        "pool",
        "topic",
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        BooleanColumn("is_active", label=_("In use"), sort_key="is_active"),
    ]
    filterset_class = QuestionFilters
    list_per_page = 50
    # A few hundred short texts: the database finds words in them without an index of their own.
    search_backend_name = None
    search_fields = ["key", "topic", "text_lv", "text_en"]
    inspect_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("text_lv"), FieldPanel("text_en")]),
                    FieldPanel("body"),
                    FieldRowPanel([FieldPanel("why_lv"), FieldPanel("why_en")]),
                    FieldPanel("source"),
                ],
                heading=_("What is asked"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("course"), FieldPanel("key")]),
                    FieldRowPanel([FieldPanel("pool"), FieldPanel("lesson_key")]),
                    FieldRowPanel([FieldPanel("topic"), FieldPanel("difficulty")]),
                    FieldPanel("roles"),
                    FieldPanel("is_active"),
                ],
                heading=_("When it is asked"),
            ),
            UsagePanel(heading=_("How it is used")),
        ],
        base_form_class=QuestionForm,
    )


register_permission_policy(Question, NeverDeleted(Question), exact_class=True)
register_snippet(QuestionViewSet)
