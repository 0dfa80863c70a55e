"""The letter that tells a holder that the certificate is ready."""

from datetime import timedelta

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from certificates import selectors
from certificates.models import Certificate
from certificates.paper import labels
from cms.models import MailText, SiteSettings
from learning import mail
from learning.records import outbox

TOPIC = "certificate-letter"
KEY = "certificate_issued"
# A paper issued longer ago is history that was loaded, or a repair: no news to its holder.
NEWS = timedelta(days=7)


def promise_letter(certificate: Certificate) -> None:
    """Write down, once, that the holder is owed a letter; a corrected name and an old paper are no news."""
    corrects = certificate.supersedes is not None and certificate.supersedes.completion_id == certificate.completion_id
    if not corrects and certificate.issued_at > timezone.now() - NEWS:
        outbox.promise(topic=TOPIC, key=certificate.serial, payload={"certificate": certificate.pk})


def keep_letter_promise(payload: dict) -> None:
    """Post the letter in the holder's language, unless there is nobody to read it or the paper is out of use.

    A site whose editors keep no such text sends none.
    """
    certificate = Certificate.objects.with_standing().select_related("user").get(pk=payload["certificate"])
    reader = certificate.user
    is_in_use = selectors.Standing(certificate, timezone.localdate()).may_compare
    if not (reader.email and reader.is_active and is_in_use and MailText.objects.filter(key=KEY).exists()):
        return
    facts = certificate.facts
    with override(reader.language):
        wording = mail.Wording.of(KEY)
        ends = date_format(facts.valid_until, "SHORT_DATE_FORMAT") if facts.valid_until else ""
        values = {
            "full_name": facts.holder,
            "programme_title": facts.programme,
            "certificate_number": facts.number,
            "academic_hours": floatformat(facts.academic_hours, -1),
            "valid_until": ends or labels(reader.language)["no_end"],
            "certificate_url": mail.site_link(reverse("certificates:detail", args=[certificate.printed_code])),
            "verify_url": facts.verification_address,
            "card_url": mail.site_link(reverse("learning:card")),
        }
    mail.compose(
        wording,
        to=reader.email,
        values=values,
        sender=mail.Sender(facts.issuer, SiteSettings.current().contact_email),
        language=reader.language,
        reader=reader.first_name,
    ).send()
