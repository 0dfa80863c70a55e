"""What can go wrong with cmi5, each with words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Cmi5Error(Exception):
    """`message` says what happened and what to do."""

    message: str | Promise = ""


class UnitUnknown(Cmi5Error):
    message = _("The course has no assignable unit at this place. Units are counted from 0.")


class ActorNotFit(Cmi5Error):
    """cmi5 9.2: the actor is an Agent with an account."""

    message = _("The actor must be an Agent with an account: a homePage (an absolute address) and a name.")


class RegistrationTaken(Cmi5Error):
    message = _("This registration belongs to another course or another actor.")


class RegistrationUnknown(Cmi5Error):
    message = _("There is no such registration.")


class AlreadyWaived(Cmi5Error):
    """cmi5 9.3.7: a unit is waived once per registration."""

    message = _("This unit has been waived already.")


class SessionEnded(Cmi5Error):
    message = _("This session has ended already.")
