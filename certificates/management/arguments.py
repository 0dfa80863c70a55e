"""Finding what a command line names."""

from django.core.management.base import CommandError
from django.db.models import Q

from certificates import codes
from certificates.models import Certificate
from learning.models import User


def certificate(named: str) -> Certificate:
    """By code, typed in any way, or by number. Raises CommandError."""
    try:
        wanted = Q(code=codes.parse(named))
    except codes.NotACode:
        wanted = Q(serial=named)
    found = Certificate.objects.filter(wanted).first()
    if found is None:
        raise CommandError(f"There is no certificate {named}.")
    return found


def person(email: str) -> User:
    """Raises CommandError."""
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"There is no account {email}.")
    return found
