"""Comparing a typed surname with the one on paper."""

import unicodedata


def same_name(typed: str, *, given_names: str, surname: str) -> bool:
    """Whether a person typed the holder's surname, or the whole name.

    Case, spaces, kinds of dash and composed or decomposed letters do not matter; diacritics do: Kalnina is not Kalniņa.
    """
    return _folded(typed) in {_folded(surname), _folded(given_names + surname)}


def _folded(name: str) -> str:
    letters = "".join(
        "-" if unicodedata.category(character) == "Pd" else character for character in name if not character.isspace()
    )
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", letters).casefold())
