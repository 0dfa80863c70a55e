"""Letters: an editor's text with its placeholders filled, as plain text and as HTML, in the reader's language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.models import MailText, SupportContact
from learning.errors import LearningError

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A line such as "Start: {start_url}": the words become the button, the address where it leads.
LINK_LINE = re.compile(r"(?P<words>[^{}]+): \{(?P<name>\w+_url)\}")
SUPPORT = "support_line"


class UnknownPlaceholder(LearningError):
    """An editor's text asks for something this kind of letter does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter before its placeholders are filled."""

    subject: str
    body: str

    @classmethod
    def of(cls, key: str) -> "Wording":
        """The editor's text in the active language. Raises MailText.DoesNotExist."""
        text = MailText.objects.get(key=key)
        return cls(text.subject, text.body)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the HTML form: heading, text (its lines), button or link."""

    kind: str
    lines: tuple[str, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who stands behind a letter."""

    name: str
    email: str = ""


def site_link(path: str) -> str:
    """An address of ours for a letter: from the settings, never from a request."""
    return settings.SITE_URL + path


def compose(
    wording: Wording,
    *,
    to: str,
    values: Mapping[str, object],
    sender: Sender,
    language: str,
    reader: str = "",
    facts: Sequence[tuple[str, str]] = (),
) -> EmailMultiAlternatives:
    """A letter ready to be sent. Raises UnknownPlaceholder.

    Values become one line each, so that none can add a header, a line or a link. `reader` is the given name that the
    greeting of the HTML form adds; `facts` are titles and words below the text.
    """
    with override(language):
        known = {name: _one_line(value) for name, value in {**values, SUPPORT: support_line()}.items()}
        subject = _one_line(_fill(wording.subject, known))
        context = {
            "subject": subject,
            "blocks": list(_blocks(wording.body, known)),
            "reader": reader,
            "facts": [(title, _one_line(words)) for title, words in facts],
            "support": known[SUPPORT] if f"{{{SUPPORT}}}" in wording.body else "",
            "sender": Sender(_one_line(sender.name), sender.email),
            "language": language,
        }
        text = render_to_string("mail/letter.txt", {**context, "body": _fill(wording.body, known)})
        html = render_to_string("mail/letter.html", context)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[to],
        reply_to=[sender.email] if sender.email else None,
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    message.attach_alternative(html, "text/html")
    return message


def support_line() -> str:
    """Helplines in the active language, as an editor keeps them."""
    contacts = SupportContact.objects.filter(in_footer=True)
    numbers = "; ".join(f"{contact.number}: {contact.description}" for contact in contacts)
    return _("Where to get support: %(numbers)s") % {"numbers": numbers} if numbers else ""


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _fill(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UnknownPlaceholder(match[1])
        return values[match[1]]

    return PLACEHOLDER.sub(value, text)


def _blocks(body: str, values: Mapping[str, str]) -> Iterator[Block]:
    """The parts of a text: the greeting as a heading, the first line with an address as a button, others as links."""
    has_button = False
    for number, paragraph in enumerate(re.split(r"\n\s*\n", body.strip())):
        lines: list[str] = []
        for line in paragraph.splitlines():
            link = LINK_LINE.fullmatch(line.strip())
            if link is None:
                lines.append(_fill(line, values))
                continue
            if lines:
                yield Block("text", tuple(lines))
                lines = []
            yield Block("link" if has_button else "button", (link["words"],), values[link["name"]])
            has_button = True
        if not lines or paragraph.strip() == f"{{{SUPPORT}}}":
            continue
        if number == 0 and len(lines) == 1:
            yield Block("heading", (lines[0].rstrip(".,"),))
        else:
            yield Block("text", tuple(lines))
