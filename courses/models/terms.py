"""What a programme's certificates say beside the facts of a completion."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

# Fields in every language, then fields that are the same in all. Names are those of the certificate's snapshot.
TERM_TEXTS = (
    "programme_kind", "approval", "issuer", "issuer_contact", "signatory_post", "form", "validity_basis",
    "legal_status",
)  # fmt: skip
TERM_FACTS = ("issuer_registration_number", "signatory")
# An approval number is printed when there is one.
OPTIONAL_TERMS = ("approval",)


def _text(label: str, *, long: bool = False, blank: bool = False) -> models.Field:
    return models.TextField(label, blank=blank) if long else models.CharField(label, max_length=200, blank=blank)


class CertificateTerms(models.Model):
    programme_kind_lv = _text(_("kind of programme, in Latvian"))
    programme_kind_en = _text(_("kind of programme, in English"))
    approval_lv = _text(_("registration or approval number, in Latvian"), blank=True)
    approval_en = _text(_("registration or approval number, in English"), blank=True)
    issuer_lv = _text(_("issuer, in Latvian"))
    issuer_en = _text(_("issuer, in English"))
    issuer_registration_number = _text(_("registration number of the issuer"))
    issuer_contact_lv = _text(_("contact of the issuer, in Latvian"))
    issuer_contact_en = _text(_("contact of the issuer, in English"))
    signatory = _text(_("name of the signatory"))
    signatory_post_lv = _text(_("post of the signatory, in Latvian"))
    signatory_post_en = _text(_("post of the signatory, in English"))
    form_lv = _text(_("form of study, in Latvian"))
    form_en = _text(_("form of study, in English"))
    validity_basis_lv = _text(_("basis of validity, in Latvian"))
    validity_basis_en = _text(_("basis of validity, in English"))
    legal_status_lv = _text(_("legal status, in Latvian"), long=True)
    legal_status_en = _text(_("legal status, in English"), long=True)

    class Meta:
        abstract = True


certificate_panels = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("programme_kind_lv"), FieldPanel("programme_kind_en")]),
            FieldRowPanel([FieldPanel("form_lv"), FieldPanel("form_en")]),
            FieldRowPanel([FieldPanel("approval_lv"), FieldPanel("approval_en")]),
            FieldRowPanel([FieldPanel("validity_basis_lv"), FieldPanel("validity_basis_en")]),
            FieldRowPanel([FieldPanel("legal_status_lv"), FieldPanel("legal_status_en")]),
        ],
        heading=_("What the certificate says"),
        help_text=_("The certificate keeps what stood here when the version was published."),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("issuer_lv"), FieldPanel("issuer_en")]),
            FieldPanel("issuer_registration_number"),
            FieldRowPanel([FieldPanel("issuer_contact_lv"), FieldPanel("issuer_contact_en")]),
            FieldPanel("signatory"),
            FieldRowPanel([FieldPanel("signatory_post_lv"), FieldPanel("signatory_post_en")]),
        ],
        heading=_("Who issues and signs it"),
    ),
]
