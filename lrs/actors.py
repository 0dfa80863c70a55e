"""Our people and our platform as agents. An account, never a name or an e-mail address (decision 0012)."""

from uuid import UUID

from django.conf import settings


def learner(number: UUID) -> dict[str, object]:
    """`number` of the user."""
    return {"objectType": "Agent", "account": {"homePage": settings.SITE_URL, "name": str(number)}}


def platform() -> dict[str, object]:
    """The platform as the authority of what it records itself."""
    account = {"homePage": settings.SITE_URL, "name": "platform"}
    return {"objectType": "Agent", "name": settings.WAGTAIL_SITE_NAME, "account": account}
