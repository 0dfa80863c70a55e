"""Names compared as people type them: without diacritics and capitals, alike on every database."""

import unicodedata

from django.db.backends.signals import connection_created
from django.db.models import CharField, Func

# Letters that no decomposition turns into a plain one.
_ODD = {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t"}
_LETTERS = [chr(code) for code in range(0xC0, 0x180)]


def _plain(letter: str) -> str:
    small = letter.lower()
    return _ODD.get(small) or unicodedata.normalize("NFD", small)[0]


PLAIN = {letter: plain for letter in _LETTERS if (plain := _plain(letter)).isascii() and plain.isalpha()}
_TABLE = str.maketrans(PLAIN)


def folded(text: str) -> str:
    """`Šķēle` → `skele`."""
    return text.translate(_TABLE).lower()


class Folded(Func):
    """The same in SQL."""

    arity = 1
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        sql, params = compiler.compile(self.source_expressions[0])
        return f"LOWER(TRANSLATE({sql}, %s, %s))", [*params, "".join(PLAIN), "".join(PLAIN.values())]

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, function="kopa_folded", **context)


def teach(sender, connection, **kwargs) -> None:
    """SQLite learns the function whenever it opens a database."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("kopa_folded", 1, lambda text: text and folded(text), deterministic=True)


def register() -> None:
    connection_created.connect(teach, dispatch_uid="learning.people.names")
