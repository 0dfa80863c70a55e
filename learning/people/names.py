"""Names compared as people type them: without diacritics and capitals, alike on every database."""

import unicodedata

from django.db import connection
from django.db.backends.signals import connection_created

# Letters that no decomposition turns into a plain one.
_ODD = {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t"}
_LETTERS = [chr(code) for code in range(0xC0, 0x180)]


def _plain(letter: str) -> str:
    small = letter.lower()
    return _ODD.get(small) or unicodedata.normalize("NFD", small)[0]


PLAIN = {letter: plain for letter in _LETTERS if (plain := _plain(letter)).isascii() and plain.isalpha()}
_TABLE = str.maketrans(PLAIN)
_FROM, _TO = "".join(PLAIN), "".join(PLAIN.values())


def folded(text: str) -> str:
    """`Šķēle` → `skele`."""
    return text.translate(_TABLE).lower()


def folded_sql(expression: str) -> str:
    """SQL for the same; `expression` is SQL of this code, never of a reader."""
    if connection.vendor == "postgresql":
        return f"LOWER(TRANSLATE({expression}, '{_FROM}', '{_TO}'))"
    return f"kopa_folded({expression})"


def teach(sender, connection, **kwargs) -> None:
    """SQLite learns the function whenever it opens a database."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("kopa_folded", 1, lambda text: text and folded(text), deterministic=True)


def register() -> None:
    connection_created.connect(teach, dispatch_uid="learning.people.names")
