"""Tokens in addresses: a view gets what the token allows, and a bad token is no address at all (404)."""

from django.urls.converters import StringConverter

from runtime.errors import UnknownToken
from runtime.tokens import Ticket, ticket_of


class TicketConverter:
    regex = r"[\w.-]{40,160}"

    def to_python(self, value: str) -> Ticket:
        try:
            return ticket_of(value)
        except UnknownToken as unknown:
            raise ValueError from unknown

    def to_url(self, value: Ticket | str) -> str:
        return value if isinstance(value, str) else value.token()


class NameConverter(StringConverter):
    """What a content calls its states and its parts."""

    regex = r"[\w.-]{1,100}"
