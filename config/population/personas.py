"""The people of the demo that visitors sign in as."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from learning.models import Institution, Scope, User
from learning.people import scopes

from .municipality import MAIL_DOMAIN, ROOT_CODE

# Printed by `manage.py demo` and written in the README: never create these people in production.
DEMO_PASSWORD = "kopa-demo-parole-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Persona:
    key: str
    first_name: str
    last_name: str
    email: str
    woman: bool = True
    institution: str = ""
    position: str = ""
    """Key of the post held; empty: not on the staff list."""
    looks_after: str = ""
    """Code of the institution that the scope of `scope` covers."""
    scope: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def _at(code: str, local: str) -> str:
    return f"{local}@{code}.{MAIL_DOMAIN}"


PERSONAS = (
    Persona(
        *("teacher", "Ilze", "Kalniņa", _at("centra-pamatskola", "ilze.kalnina")),
        institution="centra-pamatskola",
        position="class-teacher",
    ),
    Persona(
        *("police", "Andris", "Bērziņš", _at("valsts-policija", "andris.berzins")),
        woman=False,
        institution="valsts-policija",
        position="spolice-inspector",
    ),
    Persona(
        *("hr", "Inga", "Liepiņa", _at("centra-pamatskola", "inga.liepina")),
        institution="centra-pamatskola",
        position="office-clerk",
        looks_after="centra-pamatskola",
        scope="hr",
    ),
    Persona(
        *("coordinator", "Signe", "Vītola", _at("izglitibas-parvalde", "signe.vitola")),
        institution="izglitibas-parvalde",
        position="education-officer",
        looks_after=ROOT_CODE,
        scope="coordinator",
    ),
    Persona(
        *("facilitator", "Vija", "Ozola", f"vija.ozola@{MAIL_DOMAIN}"),
        looks_after=ROOT_CODE,
        scope="facilitator",
    ),
    Persona("editor", "Dace", "Redaktore", f"redaktore@{MAIL_DOMAIN}"),
    Persona("admin", "Ainis", "Administrators", f"admin@{MAIL_DOMAIN}", woman=False),
)
STAFF_PERSONAS = tuple(persona for persona in PERSONAS if persona.institution)
# The group that Wagtail's own migration makes: whoever is in it may enter the editor and publish there.
EDITORS_GROUP = "Editors"


@transaction.atomic
def create_personas() -> tuple[Persona, ...]:
    """Give every persona an account that can sign in, and what it looks after. A second call changes nothing."""
    # Hashed once: it is one password, and each hash takes a third of a second.
    password = make_password(DEMO_PASSWORD)
    for persona in PERSONAS:
        user = _account(persona, password)
        if persona.scope:
            institution = Institution.objects.get(code=persona.looks_after)
            scopes.grant(user=user, institution=institution, role=Scope.Role(persona.scope), by=None)
        if persona.key == "editor":
            user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    return PERSONAS


def _account(persona: Persona, password: str) -> User:
    user, is_new = User.objects.get_or_create(
        email=persona.email,
        defaults={
            "first_name": persona.first_name,
            "last_name": persona.last_name,
            "is_staff": persona.key in {"editor", "admin"},
            "is_superuser": persona.key == "admin",
        },
    )
    if is_new or not user.has_account:
        user.password = password
        user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=persona.email, defaults={"verified": True, "primary": True})
    return user
