"""Actors: agents and groups, with exactly one identifier (part 2, 2.4.2)."""

from typing import Any

from lrs.errors import Invalid
from lrs.keys import IFI_NAMES
from lrs.validation import atoms
from lrs.validation.atoms import must

AGENT = {"objectType", "name", *IFI_NAMES}
GROUP = {*AGENT, "member"}


def check_actor(value: Any, at: str) -> None:
    """An agent, or a group of agents."""
    atoms.check_object(value, at)
    if value.get("objectType") == "Group":
        check_group(value, at)
    else:
        check_agent(value, at)


def check_agent(value: Any, at: str) -> None:
    atoms.check_object(value, at, AGENT)
    must(value.get("objectType", "Agent") == "Agent", at, "must have the objectType Agent")
    _check_name(value, at)
    must(_check_identifiers(value, at) == 1, at, "needs exactly one of mbox, mbox_sha1sum, openid and account")


def check_group(value: Any, at: str) -> None:
    atoms.check_object(value, at, GROUP, required=["objectType"])
    must(value["objectType"] == "Group", at, "must have the objectType Group")
    _check_name(value, at)
    count = _check_identifiers(value, at)
    must(count <= 1, at, "must have one of mbox, mbox_sha1sum, openid and account at most")
    # 2.4.2.2: whoever has no identifier is known by the members.
    must(count == 1 or "member" in value, at, "needs an identifier or members")
    if "member" in value:
        atoms.check_each(value["member"], f"{at}.member", check_agent)
        must(count == 1 or value["member"], at, "needs an identifier or members")


def check_identified(value: Any, at: str) -> None:
    """An agent or group that can be looked for."""
    check_actor(value, at)
    must(any(name in value for name in IFI_NAMES), at, "needs one of mbox, mbox_sha1sum, openid and account")


def check_authority(value: Any, at: str) -> None:
    """2.4.9: an agent, or an anonymous group of two: the application and the person who uses it."""
    check_actor(value, at)
    if value.get("objectType") == "Group":
        must(not any(name in value for name in IFI_NAMES), at, "must be an agent or an anonymous group")
        must(len(value["member"]) == 2, at, "must have two members")


def _check_name(value: dict[str, Any], at: str) -> None:
    if "name" in value:
        atoms.check_text(value["name"], f"{at}.name")


def _check_identifiers(value: dict[str, Any], at: str) -> int:
    present = [name for name in IFI_NAMES if name in value]
    for name in present:
        _IDENTIFIERS[name](value[name], f"{at}.{name}")
    return len(present)


def _check_account(value: Any, at: str) -> None:
    atoms.check_object(value, at, {"homePage", "name"}, required=["homePage", "name"])
    atoms.check_iri(value["homePage"], f"{at}.homePage")
    atoms.check_text(value["name"], f"{at}.name")
    if not value["name"]:
        raise Invalid(f"{at}.name must not be empty.")


_IDENTIFIERS = {
    "mbox": atoms.check_mailbox,
    "mbox_sha1sum": atoms.check_sha1,
    "openid": atoms.check_iri,
    "account": _check_account,
}
