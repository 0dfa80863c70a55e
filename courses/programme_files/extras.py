"""What goes with a programme: action cards, contacts, mails, the instrument and the guide."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from . import content
from .node import Node

CARD_STEPS = ("notice", "listen", "report", "cooperate")
VIGNETTE_KINDS = ("keyed", "discussion")
PHONE = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]", re.ASCII)
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)


def cards(node: Node, roles: Sequence[str], numbers: Sequence[str]) -> tuple[content.Card, ...]:
    node.has("cards")
    listed = node.part("cards")
    found = tuple(_card(part.under("role"), roles, numbers) for part in listed.items(least=1))
    listed.each_once(found, "role", lambda card: card.role)
    for role in set(roles) - {card.role for card in found}:
        listed.complain(_("{field} has no card for the role {role}"), role=role)
    return found


def _card(node: Node, roles: Sequence[str], numbers: Sequence[str]) -> content.Card:
    node.has("role", "title", "steps", "say", "contacts", "local_contacts", "legal")
    steps = node.part("steps")
    for part in steps.items():
        part.has("step", "title", "text", "dont")
    found = tuple(
        content.CardStep(part.one_of("step", CARD_STEPS), part.text("title"), part.text("text"), part.text("dont"))
        for part in steps.items(least=1)
    )
    steps.each_once(found, "step", lambda step: step.step)
    contacts = node.part("contacts").items(least=1)
    for part in contacts:
        if not isinstance(part.value, str) or part.value not in numbers:
            part.complain(_("{field} must be a number in contacts.json"))
    return content.Card(
        role=node.one_of("role", roles),
        title=node.text("title"),
        steps=found,
        say=node.texts("say"),
        contacts=tuple(part.value for part in contacts if isinstance(part.value, str)),
        local_contacts=node.texts("local_contacts"),
        legal=node.text("legal"),
    )


def contacts(node: Node) -> tuple[content.Contact, ...]:
    node.has("contacts")
    listed = node.part("contacts")
    found = tuple(_contact(part.under("number")) for part in listed.items(least=1))
    listed.each_once(found, "number", lambda contact: contact.number)
    return found


def _contact(node: Node) -> content.Contact:
    node.has("number", "description", "source", "checked")
    number = node.string("number", longest=20)
    if number and not PHONE.fullmatch(number):
        node.part("number").complain(_("{field} must be a telephone number"))
    return content.Contact(
        number, node.text("description"), node.string("source", longest=300), node.day_or_none("checked")
    )


def mails(node: Node) -> tuple[content.Mail, ...]:
    node.has("mails")
    listed = node.part("mails")
    found = tuple(_mail(part.under("key")) for part in listed.items(least=1))
    listed.each_once(found, "key", lambda mail: mail.key)
    return found


def _mail(node: Node) -> content.Mail:
    node.has("key", "subject", "body", "placeholders")
    names = tuple(part.words(60, lines=False) for part in node.part("placeholders").items())
    subject, body = node.text("subject"), node.text("body")
    for field, text in (("subject", subject), ("body", body)):
        for language, words in text.items():
            place = node.part(field).part(language)
            for name in PLACEHOLDER.findall(words):
                if name not in names:
                    place.complain(_("{field} uses a placeholder that is not listed: {name}"), name=name)
            if set(PLACEHOLDER.sub("", words)) & set("{}"):
                place.complain(_("{field} has a curly bracket that belongs to no placeholder"))
            if field == "subject" and "\n" in words:
                place.complain(_("{field} must be one line"))
    key = node.string("key", longest=60)
    if key and not key.replace("_", "").isalnum():
        node.part("key").complain(_("{field} must be a key of lower case letters, digits and underscores"))
    return content.Mail(key, subject, body, names)


def understanding(node: Node) -> content.Understanding:
    node.has("scale", "vignettes", "attitudes")
    scale = tuple(_level(part, number) for number, part in enumerate(node.part("scale").items(least=2)))
    vignettes = tuple(_vignette(part.under("id"), len(scale)) for part in node.part("vignettes").items(least=1))
    node.part("vignettes").each_once(vignettes, "id", lambda vignette: vignette.key)
    attitudes = tuple(_attitude(part.under("id")) for part in node.part("attitudes").items(least=1))
    node.part("attitudes").each_once(attitudes, "id", lambda attitude: attitude.key)
    return content.Understanding(scale, vignettes, attitudes)


def _level(node: Node, number: int) -> content.Level:
    node.has("level", "text")
    return content.Level(node.whole("level", least=number, most=number), node.text("text"))


def _vignette(node: Node, levels: int) -> content.Vignette:
    node.has("id", "kind", "text", "levels")
    limits = node.part("levels")
    limits.has("from", "to")
    highest = max(levels - 1, 0)
    lowest = limits.whole("from", least=0, most=highest)
    return content.Vignette(
        key=node.string("id", longest=20),
        kind=node.one_of("kind", VIGNETTE_KINDS),
        text=node.text("text"),
        lowest=lowest,
        highest=limits.whole("to", least=lowest, most=highest),
    )


def _attitude(node: Node) -> content.Attitude:
    node.has("id", "reversed", "text")
    return content.Attitude(node.string("id", longest=20), node.flag("reversed"), node.text("text"))


def guide(node: Node) -> content.Guide:
    node.has(
        "title", "purpose", "group", "before", "agenda", "ground_rules", "if_someone_leaves", "recording",
        "helpful_phrases", "closing",
    )  # fmt: skip
    agenda = node.part("agenda").items(least=1)
    for part in agenda:
        part.has("minutes", "title", "text")
    recording = node.part("recording")
    recording.has("fields", "notes")
    fields = recording.part("fields")
    for part in fields.items(least=1):
        part.has("key", "text")
    keys = [part.slug("key") for part in fields.items()]
    fields.each_once(keys, "key", lambda key: key)
    return content.Guide(
        title=node.text("title"),
        purpose=node.text("purpose"),
        group=node.text("group"),
        before=node.texts("before"),
        agenda=tuple(
            content.AgendaItem(part.whole("minutes", least=1, most=240), part.text("title"), part.text("text"))
            for part in agenda
        ),
        ground_rules=node.texts("ground_rules"),
        if_someone_leaves=node.texts("if_someone_leaves"),
        record_fields=MappingProxyType(
            {key: part.text("text") for key, part in zip(keys, fields.items(), strict=True)}
        ),
        record_notes=recording.texts("notes"),
        helpful_phrases=node.texts("helpful_phrases"),
        closing=node.text("closing"),
    )
