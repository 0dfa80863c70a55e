"""Why a person or a post cannot be changed like this. `field` names the form field that is at fault."""

from django.utils.translation import gettext_lazy as _

from learning.errors import LearningError


class PostRefused(LearningError):
    field: str | None = None


class ManagerUnknown(PostRefused):
    field = "manager"
    message = _("Nobody here has this e-mail or staff number. Give those of the manager, or leave the cell empty.")


class ManagerSelf(PostRefused):
    field = "manager"
    message = _("Nobody is their own manager. Name another person, or leave the cell empty.")


class PostTwice(PostRefused):
    field = "position"
    message = _("This person already holds this position here on some of these days. Change that post instead.")


class MoveTooEarly(PostRefused):
    field = "moves_on"
    message = _("The new post has to begin after the first day of the old one and not after its last.")


class NotOurs(PostRefused):
    message = _("The name stays as it is in the account: this person works elsewhere, too.")


class AddressTaken(PostRefused):
    field = "email"
    message = _("This address belongs to somebody else.")


class AddressKept(PostRefused):
    field = "email"
    message = _("The address stays as it is: the person already signs in with it and can change it there.")
