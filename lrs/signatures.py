"""Signed statements: JSON Web Signatures in an attachment (part 2, 2.6; RFC 7515)."""

import base64
import binascii
from itertools import pairwise
from typing import Any

from lrs.errors import Invalid
from lrs.reading import parse
from lrs.sameness import same
from lrs.validation.atoms import Edition
from lrs.validation.statements import check_statement


def check_signature(statement: dict[str, Any], content: bytes, edition: Edition) -> None:
    """Raises Invalid unless `content` signs `statement`.

    Without a certificate there is no key to try: then the algorithm and what was signed are checked, as the
    specification asks. With one it finds mistakes; it does not say who signed (part 2, 2.6).
    """
    signing, header, payload, signature = _opened(content)
    algorithm = header.get("alg")
    if algorithm not in {"RS256", "RS384", "RS512"}:
        raise Invalid("A signature must be made by RS256, RS384 or RS512.")
    check_statement(payload, edition)
    if not same(payload, _without_signatures(statement, payload)):
        raise Invalid("What was signed is another statement.")
    if "x5c" in header:
        _verify(header["x5c"], algorithm, signing, signature)


def _without_signatures(statement: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """What was signed did not know of the attachment with its own signature."""
    files = [one for one in statement["attachments"] if one in payload.get("attachments", ())]
    return {**statement, "attachments": files}


def _opened(content: bytes) -> tuple[bytes, dict[str, Any], dict[str, Any], bytes]:
    pieces = content.strip().split(b".")
    if len(pieces) != 3:
        raise Invalid("A signature must be a JSON Web Signature in compact form.")
    header, payload = (parse(_decoded(piece)) for piece in pieces[:2])
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Invalid("The header and the payload of a signature must be JSON objects.")
    return b".".join(pieces[:2]), header, payload, _decoded(pieces[2])


def _decoded(piece: bytes) -> bytes:
    try:
        return base64.b64decode(piece + b"=" * (-len(piece) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("A part of a signature is not base64url.") from None


def _verify(chain: Any, algorithm: str, signing: bytes, signature: bytes) -> None:
    # Loaded late: few statements are signed, and the library is large.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    certificates = _certificates(chain)
    try:
        key = certificates[0].public_key()
    except (UnsupportedAlgorithm, ValueError):
        key = None
    if not isinstance(key, rsa.RSAPublicKey):
        raise Invalid("The certificate of a signature must hold an RSA key.")
    digest = {"RS256": hashes.SHA256, "RS384": hashes.SHA384, "RS512": hashes.SHA512}[algorithm]()
    try:
        key.verify(signature, signing, padding.PKCS1v15(), digest)
    except InvalidSignature:
        raise Invalid("The signature does not fit its certificate.") from None
    # RFC 7515, 4.1.6: each certifies the one before it. Whom to trust is not for the store to say (part 2, 2.6).
    try:
        for certificate, issuer in pairwise(certificates):
            certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        raise Invalid("A certificate of x5c was not issued by the next one.") from None


def _certificates(chain: Any) -> list:
    """RFC 7515, 4.1.6: the signer's first; standard base64, not base64url."""
    from cryptography import x509

    if not isinstance(chain, list) or not chain:
        raise Invalid("x5c must be an array of certificates.")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in chain]
    except (binascii.Error, ValueError, TypeError):
        raise Invalid("x5c must hold certificates in DER and base64.") from None
