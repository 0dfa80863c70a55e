"""Why two accounts cannot be joined."""

from django.utils.translation import gettext_lazy as _

from learning.errors import LearningError


class CannotBeJoined(LearningError):
    message = _("These two accounts cannot be joined. Somebody may have decided about them in the meantime.")


class HoldsRights(CannotBeJoined):
    message = _("One of the two looks after institutions or the site. An administrator has to join these accounts.")
