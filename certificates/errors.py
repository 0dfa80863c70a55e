"""What can go wrong with a certificate, in words for people."""

from django.utils.translation import gettext as _


class CertificateError(Exception):
    """Base of everything a caller can react to; `message` is for people."""

    @property
    def message(self) -> str:
        raise NotImplementedError


class UnprintableText(CertificateError):
    """The text holds invisible control characters. `characters` names them as U+XXXX."""

    def __init__(self, characters: list[str]) -> None:
        super().__init__(", ".join(characters))
        self.characters = characters

    @property
    def message(self) -> str:
        return _(
            "The certificate cannot be printed: the text has invisible control characters (%(characters)s). "
            "Type the text again without copying it."
        ) % {"characters": ", ".join(self.characters)}


class MissingGlyphs(CertificateError):
    """No shipped font draws some of the text. `text` is the part that cannot be drawn."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    @property
    def message(self) -> str:
        return _(
            "The certificate cannot be printed: its fonts do not have “%(text)s”. "
            "Write the name in Latin, Greek or Cyrillic letters."
        ) % {"text": self.text}
