"""What can go wrong with people and their invitations."""

from django.utils.translation import gettext_lazy as _

from learning.errors import LearningError


class InvitationUnusable(LearningError):
    """The link leads nowhere. The messages tell nothing of whom it was for."""

    status = 410
    title = _("This link no longer works")
    message = _("Ask the staff officer of your institution to send the invitation again.")


class InvitationUnknown(InvitationUnusable):
    status = 404
    title = _("We do not know this link")
    message = _(
        "Part of the address may have been cut off: copy it whole from the letter. If that does not help, ask the "
        "staff officer of your institution to send the invitation again."
    )


class InvitationExpired(InvitationUnusable):
    title = _("This invitation has run out")


class InvitationReplaced(InvitationUnusable):
    message = _(
        "Open the link in the newest letter. If there is none, ask the staff officer of your institution to send the "
        "invitation again."
    )


class InvitationUsed(InvitationUnusable):
    title = _("This invitation has been used")
    message = _("The account is ready: sign in with your e-mail and the password you chose.")
