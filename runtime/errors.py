"""What can go wrong while a package is in use."""

from django.utils.translation import gettext_lazy as _


class RuntimeProblem(Exception):
    """Base of this app's errors; `message` is for people."""

    message = _("This training is not open any more. Go back to Kopā and open it again.")


class UnknownToken(RuntimeProblem):
    """The token was not made here, was changed on the way, or is older than tokens live."""


class NotAgain(RuntimeProblem):
    """There is nothing to take again: neither failed nor finished, or the study is closed."""

    message = _("This part cannot be begun again just now.")


class LaunchGone(RuntimeProblem):
    """The launch of a genuine token does not exist, or its learner may no longer study."""
