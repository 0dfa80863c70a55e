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


class StorageUnavailable(CertificateError):
    """The disk refused the file: full, read-only or gone. Trying again later may succeed."""

    @property
    def message(self) -> str:
        return _("The certificate is issued, but its PDF cannot be stored now. Try again in a few minutes.")


class PaperDiffers(CertificateError):
    """The stored file is lost and today's programme draws other bytes: only the backup holds what was issued."""

    def __init__(self, serial: str) -> None:
        super().__init__(serial)
        self.serial = serial

    @property
    def message(self) -> str:
        return _(
            "The PDF of certificate %(serial)s is missing and must be restored from the backup. "
            "The certificate itself is valid and can be verified."
        ) % {"serial": self.serial}


class AlreadyReplaced(CertificateError):
    """A newer certificate took this one's place, so it is the newer one that can be changed."""

    @property
    def message(self) -> str:
        return _("This certificate has been replaced by a newer one. Change the newer one.")


class CertificateIsVoid(CertificateError):
    """A revoked certificate stays revoked; a new completion brings a new certificate."""

    @property
    def message(self) -> str:
        return _("This certificate is revoked and cannot be issued again.")
