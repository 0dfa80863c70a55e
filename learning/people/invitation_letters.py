"""The letters that invitations send."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from learning import mail
from learning.people import invitations
from learning.people.models import Institution, Invitation
from learning.people.welcome import Welcome

KEY = "invitation"


def send_invitation(payload: dict) -> None:
    """Post one invitation, unless it was used or became void meanwhile."""
    invitation = (
        Invitation.objects.open().select_related("user", "institution").filter(pk=payload["invitation"]).first()
    )
    if invitation is None:
        return
    language = invitation.user.language
    with override(language):
        welcome = Welcome.of(invitation)
        contact = contact_of(invitation.institution)
        valid_until = date_format(localdate(invitation.expires_at), "SHORT_DATE_FORMAT")
        values: dict[str, object] = {
            "institution_name": invitation.institution.name,
            "start_url": invitations.link_of(invitation),
            "link_valid_until": valid_until,
            "contact_name": contact.name,
            "contact_email": contact.email,
        }
        first = welcome.programmes[0] if welcome.programmes else None
        if first and first.due_on:
            wording = mail.Wording.of(KEY)
            values |= {
                "programme_title": first.title,
                "module_count": first.module_count,
                "total_minutes": first.minutes,
                "due_date": date_format(first.due_on, "SHORT_DATE_FORMAT"),
            }
        else:
            wording = _without_programme()
        facts = [(_("Why"), why) for why in welcome.reasons()]
    mail.compose(
        wording,
        to=invitation.email,
        values=values,
        sender=mail.Sender(invitation.institution.name, contact.email),
        language=language,
        reader=invitation.user.first_name,
        facts=facts,
    ).send()


def send_declined(payload: dict) -> None:
    """Tell whoever sent the invitation that it reached somebody else."""
    invitation = Invitation.objects.select_related("user", "institution", "created_by").get(pk=payload["invitation"])
    by = invitation.created_by
    address = (by.email if by else "") or contact_of(invitation.institution).email
    if not address:
        return
    language = by.language if by else "lv"
    with override(language):
        wording = mail.Wording(
            subject=_("An invitation reached somebody else"),
            body=_(
                "Hello,\n\n"
                "The invitation for {person} was answered with “This is not me”. Its link no longer works.\n\n"
                "Check the e-mail address in the staff list. Once it is corrected, you can invite the person again.\n\n"
                "Open the invitations: {invitations_url}"
            ),
        )
        values = {
            "person": invitation.user.get_full_name(),
            "invitations_url": mail.site_link(f"/institutions/{invitation.institution.code}/invitations/"),
        }
    mail.compose(wording, to=address, values=values, sender=mail.Sender("Kopā"), language=language).send()


def contact_of(institution: Institution) -> mail.Sender:
    """Whom to ask: the institution's own contact, else the nearest one above it, else the site itself."""
    for node in (institution, *reversed(institution.get_ancestors())):
        if node.contact_email:
            return mail.Sender(node.contact_name or node.name, node.contact_email)
    return mail.Sender(institution.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def _without_programme() -> mail.Wording:
    return mail.Wording(
        subject=_("Invitation from {institution_name}"),
        body=_(
            "Hello,\n\n"
            "{institution_name} has opened an account for you on Kopā, the training platform for people who protect "
            "children.\n\n"
            "Choose a password: {start_url}\n"
            "The link is personal and valid until {link_valid_until} (inclusive). Please do not forward it.\n\n"
            "Contact: {contact_name}, {contact_email}\n\n"
            "{support_line}"
        ),
    )
