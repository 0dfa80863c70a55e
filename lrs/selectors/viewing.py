"""Statements as the author of a package may see them: what happened, to whom remains unknown."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.models import Package
from learning.models import User
from lrs.formats import best
from lrs.keys import agent_key, iri_key
from lrs.models import Statement, Term
from lrs.reading import parse
from lrs.selectors.terms import terms_of

PAGE = 50
# Verbs are few; these tell all that matter.
LOOKED_AT = 5000
SEE_ALL = "lrs.view_statement"


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement without its people. `who` is the same word for the same person within one package."""

    at: datetime
    package: str
    who: str
    verb: str
    what: str
    success: bool | None
    completion: bool | None
    scaled: float | None


def packages_of(user: User) -> QuerySet[Package]:
    """Those the person imported, or all with the right to see statements."""
    packages = Package.objects.select_related("series").order_by("series__title", "-version")
    return packages if user.has_perm(SEE_ALL) else packages.filter(imported_by=user)


def verbs_of(packages: QuerySet[Package], language: str) -> list[tuple[str, str]]:
    """IRI and name of every verb that the latest statements about the packages use."""
    latest = Statement.objects.filter(package__in=packages).order_by("-stored")
    keys = set(latest.values_list("verb_key", flat=True)[:LOOKED_AT])
    terms = Term.objects.filter(key__in=keys, is_verb=True).values_list("iri", "body")
    return sorted(((iri, _name(parse(body), iri, language)) for iri, body in terms), key=lambda pair: pair[1])


def statements_about(
    packages: QuerySet[Package], *, verb: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Statement]:
    """The newest first; `since` and `until` are local days, both included."""
    rows = Statement.objects.filter(package__in=packages).standing().select_related("package__series")
    if verb:
        rows = rows.filter(verb_key=iri_key(verb))
    if since:
        rows = rows.filter(stored__date__gte=since)
    if until:
        rows = rows.filter(stored__date__lte=until)
    return rows.order_by("-stored", "-pk")


def without_people(rows: Sequence[Statement], language: str) -> list[Seen]:
    nodes = [parse(row.body) for row in rows]
    terms = terms_of(nodes)
    return [_seen(row, node, terms, language) for row, node in zip(rows, nodes, strict=True)]


def _seen(row: Statement, node: Mapping[str, Any], terms: Mapping[Any, Any], language: str) -> Seen:
    result = node.get("result", {})
    verb = node["verb"]
    return Seen(
        at=row.timestamp,
        package=str(row.package),
        who=pseudonym(row.package, node["actor"]),
        verb=_name(terms.get(iri_key(verb["id"]), {}), verb["id"], language),
        what=_what(node["object"], terms, language),
        success=result.get("success"),
        completion=result.get("completion"),
        scaled=result.get("score", {}).get("scaled"),
    )


def pseudonym(package: Package, actor: Mapping[str, Any]) -> str:
    """Six letters that say nothing, and cannot be matched with those of another package."""
    key = agent_key(actor)
    if key is None:
        return _("a group")
    secret = f"lrs.viewing:{package.number}:{settings.SECRET_KEY}".encode()
    return base64.b32encode(hmac.new(secret, key.bytes, hashlib.sha256).digest()).decode()[:6]


def _what(target: Mapping[str, Any], terms: Mapping[Any, Any], language: str) -> str:
    """An activity by its name; people are not shown as what others learnt about either."""
    match target.get("objectType", "Activity"):
        case "Activity":
            definition = terms.get(iri_key(target["id"])) or target.get("definition", {})
            return _name(definition.get("name", {}), target["id"], language)
        case "StatementRef" | "SubStatement":
            return _("a statement")
        case _:
            return _("a person")


def _name(texts: Mapping[str, str], iri: str, language: str) -> str:
    return next(iter(best(texts, [language]).values()), "") or iri.rstrip("/").rpartition("/")[2]


def as_choices(packages: Iterable[Package]) -> list[tuple[str, str]]:
    return [(str(package.pk), str(package)) for package in packages]
