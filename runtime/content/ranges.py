"""Which part of a file a request asks for (RFC 9110, section 14). Pure."""

import re

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The file ends before what is asked for begins: 416."""


def asked_part(header: str, size: int) -> range | None:
    """The byte positions that a `Range` header asks for in a file of `size` bytes; None: the whole file.

    Several ranges at once, other units and what cannot be read mean the whole file: a server may ignore a range.
    Raises Unsatisfiable.
    """
    match = _ONE_RANGE.fullmatch(header)
    if not match or match[1] == match[2] == "":
        return None
    first, last = (int(number) if number else None for number in match.groups())
    if first is None:
        part = range(max(size - last, 0), size)
    elif last is not None and last < first:
        return None
    else:
        part = range(first, size if last is None else min(last + 1, size))
    if not part:
        raise Unsatisfiable
    return part
