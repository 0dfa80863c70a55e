"""What the record store refuses, with the status that says so (xAPI 1.0.3, part 3, 3.2)."""

from http import HTTPStatus


class StoreError(Exception):
    """`message` is for the developer of a client: English, naming the property, never quoting its value."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(StoreError):
    """Not what the specification allows."""


class Unauthorised(StoreError):
    status = HTTPStatus.UNAUTHORIZED


class Forbidden(StoreError):
    """Valid, from someone known, and not for them."""

    status = HTTPStatus.FORBIDDEN


class NotFound(StoreError):
    status = HTTPStatus.NOT_FOUND


class NotAllowed(StoreError):
    status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"This resource answers to {', '.join(allowed)}.")
        self.allowed = allowed


class Conflict(StoreError):
    status = HTTPStatus.CONFLICT


class PreconditionFailed(StoreError):
    status = HTTPStatus.PRECONDITION_FAILED


class TooLarge(StoreError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Busy(StoreError):
    """Others were in the way for too long; nothing was stored."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    # Those who write are done in milliseconds, as a rule.
    retry_after_s = 2

    def __init__(self) -> None:
        super().__init__("Another request is writing the same. Nothing was stored: send this one again.")
