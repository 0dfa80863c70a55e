"""What can go wrong at the door for people without e-mail. The messages tell nothing of who exists."""

from django.utils.translation import gettext_lazy as _

from learning.errors import LearningError


class CodeUnusable(LearningError):
    message = _(
        "The number and the code or password do not fit together. Check both. A code works once and for 30 days, and a "
        "newer sheet makes it void: ask your HR officer for a new one."
    )
