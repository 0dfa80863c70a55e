"""The columns of a list of training done elsewhere and the names people give them."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learning.people.staff_import.columns import plain

TITLES: dict[str, str | Promise] = {
    "email": _("E-mail"),
    "staff_number": _("Staff number"),
    "first_name": _("First name"),
    "last_name": _("Surname"),
    "programme": _("Programme it counts for"),
    "title": _("Title of the training"),
    "provider": _("Provider"),
    "provider_registration_number": _("Provider's registration number"),
    "document_number": _("Document number"),
    "hours": _("Hours"),
    "minutes_per_hour": _("Minutes in an hour"),
    "completed_on": _("Completed on"),
    "stated_until": _("Valid until"),
}
REQUIRED = ("title", "provider", "document_number", "hours", "completed_on")

# The first of each language is the heading of the sample.
LATVIAN = {
    "email": "E-pasts",
    "staff_number": "Tabeles numurs",
    "first_name": "Vārds",
    "last_name": "Uzvārds",
    "programme": "Programma",
    "title": "Mācību nosaukums",
    "provider": "Rīkotājs",
    "provider_registration_number": "Rīkotāja reģistrācijas numurs",
    "document_number": "Dokumenta numurs",
    "hours": "Stundas",
    "minutes_per_hour": "Minūtes stundā",
    "completed_on": "Pabeigts",
    "stated_until": "Derīgs līdz",
}
SYNONYMS: dict[str, Sequence[str]] = {
    "email": ("e-mail", "mail", "e-mail address", "e-pasta adrese", "darba e-pasts"),
    "staff_number": ("staff number", "staff no", "employee number", "darbinieka numurs", "tabeles nr"),
    "first_name": ("first name", "given name", "vārdi"),
    "last_name": ("surname", "last name", "family name"),
    "programme": ("programme it counts for", "programme", "course", "programma, kurai tas skaitās"),
    "title": ("title of the training", "title", "training", "course title", "nosaukums", "mācības", "kursi"),
    "provider": ("provider", "organiser", "organizer", "issuer", "izsniedzējs", "mācību rīkotājs"),
    "provider_registration_number": ("provider's registration number", "registration number", "reģistrācijas numurs"),
    "document_number": ("document number", "certificate number", "number", "apliecības numurs", "numurs"),
    "hours": ("hours", "academic hours", "stundu skaits", "akadēmiskās stundas"),
    "minutes_per_hour": ("minutes in an hour", "minutes per hour", "stundas garums"),
    "completed_on": ("completed on", "completed", "date", "issued", "datums", "pabeigšanas datums", "apgūts"),
    "stated_until": ("valid until", "expires", "derīguma termiņš", "termiņš"),
}
_FIELDS: Mapping[str, str] = {
    plain(name): field for field, names in SYNONYMS.items() for name in (field, LATVIAN[field], *names)
}


def recognise(title: str) -> str | None:
    """The column that a heading means, or None."""
    return _FIELDS.get(plain(title))
