"""Action cards as readers see them: always the current text, in one language."""

from dataclasses import dataclass
from datetime import date

from cms.i18n import pick
from cms.models import SupportContact
from courses.models import ActionCard


@dataclass(frozen=True, slots=True)
class CardStep:
    title: str
    text: str
    dont: str


@dataclass(frozen=True, slots=True)
class Card:
    """One page for one role. `local_contacts` name posts; their numbers are written in by hand."""

    role_key: str
    role: str
    title: str
    steps: tuple[CardStep, ...]
    say: tuple[str, ...]
    contacts: tuple[SupportContact, ...]
    local_contacts: tuple[str, ...]
    legal: str

    @property
    def checked_on(self) -> date | None:
        """The day since which every number was checked; None when one never was."""
        days = [contact.checked_on for contact in self.contacts]
        return min(days) if days and all(days) else None


def card_of(role_key: str, *, course_id: int | None, language: str) -> Card | None:
    """The card of a role: this programme's if it has one, else any programme's."""
    found = ActionCard.objects.filter(role__key=role_key).select_related("role").order_by("course_id")
    card = min(found, key=lambda card: card.course_id != course_id, default=None)
    return card and Card(
        role_key=card.role.key,
        role=card.role.title,
        title=card.title,
        steps=tuple(
            CardStep(*(pick(step.value[part], language) for part in ("title", "text", "dont"))) for step in card.steps
        ),
        say=tuple(pick(phrase.value, language) for phrase in card.say),
        contacts=tuple(card.contacts.order_by("position", "number")),
        local_contacts=tuple(pick(contact.value, language) for contact in card.local_contacts),
        legal=card.legal,
    )


def roles_with_cards() -> list[tuple[str, str]]:
    """Key and title of every role that has a card, in the order of the roles."""
    cards = ActionCard.objects.select_related("role").order_by("role__position", "role__key")
    return list({card.role.key: card.role.title for card in cards}.items())
