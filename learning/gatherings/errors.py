"""What can go wrong with group sessions that a caller may want to answer."""

from django.utils.translation import gettext_lazy as _

from learning.errors import LearningError


class SessionError(LearningError):
    """Base of everything below."""


class SignUpClosed(SessionError):
    """The last moment to sign up has passed, or the session was cancelled."""

    message = _("Signing up for this session has closed.")


class NotInvited(SessionError):
    """The session is for people of another institution or programme."""

    message = _("This session is for people who study another programme or work elsewhere.")


class TooLateToWithdraw(SessionError):
    """The session has begun."""

    message = _("The session has begun. Tell the facilitator if you cannot come.")


class SessionFull(SessionError):
    """Every seat is taken."""

    message = _("All seats are taken. If somebody has not come, mark that person absent first.")


class NoWalkIns(SessionError):
    """Only those who signed up may come."""

    message = _("This session is only for those who signed up. Talk to the facilitator.")


class NotNow(SessionError):
    """Outside the hours in which this may be put down."""

    message = _("This can be done from half an hour before the session until seven days after it.")


class NotBegun(SessionError):
    """Nothing can have been done in a session that has not begun."""

    message = _("Units can be marked once the session has begun, until seven days after it.")


class CannotChange(SessionError):
    """The session has begun, was held or was cancelled."""

    message = _("A session that has begun or was cancelled can no longer be changed.")


class FewerSeatsThanTaken(SessionError):
    """More people have a seat than the new capacity allows."""

    message = _("More people have signed up than that. Choose a larger number of seats.")


class ConfirmedAlready(SessionError):
    """Units were marked done for this person."""

    message = _("Units are already marked for this person. Take the mark back first.")


class MarkStays(SessionError):
    """The day has passed, or something else already rests on the mark. Which of the two is not told."""

    message = _("This mark can no longer be taken back here.")
