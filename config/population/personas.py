"""The people of the demo that visitors sign in as."""

from dataclasses import dataclass

from .municipality import MAIL_DOMAIN

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
    ),
    Persona(
        *("coordinator", "Signe", "Vītola", _at("izglitibas-parvalde", "signe.vitola")),
        institution="izglitibas-parvalde",
        position="education-officer",
    ),
    Persona("editor", "Dace", "Redaktore", f"redaktore@{MAIL_DOMAIN}"),
    Persona("admin", "Ainis", "Administrators", f"admin@{MAIL_DOMAIN}", woman=False),
)
STAFF_PERSONAS = tuple(persona for persona in PERSONAS if persona.institution)
