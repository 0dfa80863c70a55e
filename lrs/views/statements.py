"""The statement resource (part 3, 2.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date

from lrs import anatomy, attachments, multipart
from lrs.errors import Invalid, NotFound
from lrs.formats import accepted_languages, canonical, ids_only
from lrs.models import Statement
from lrs.principals import Action
from lrs.reading import parse, written
from lrs.selectors import statements as selectors
from lrs.selectors.consistency import consistent_through
from lrs.selectors.statements import Wanted
from lrs.selectors.terms import terms_of
from lrs.services.statements import Stored, store
from lrs.signatures import check_signature
from lrs.validation.statements import SIGNATURE, check_statement
from lrs.views import parameters as read
from lrs.views.frame import Call, resource

Node = dict[str, Any]

JSON = "application/json"
FORMATS = ("exact", "ids", "canonical")
FILTERS = {
    *("agent", "verb", "activity", "registration", "related_activities", "related_agents"),
    *("since", "until", "limit", "ascending"),
}
SHOWING = {"format", "attachments"}
# A `more` link names the filters and the place; the specification asks for 24 hours, ours hold for good.
MORE_SALT = "lrs.more"


def put(call: Call) -> HttpResponse:
    """2.1.1: one statement under the id that the address names."""
    call.only({"statementId"}, required=("statementId",))
    number = read.uuid(call.parameters, "statementId")
    sent, files = _sent(call)
    if not isinstance(sent, dict):
        raise Invalid("PUT stores one statement.")
    if "id" in sent and (not isinstance(sent["id"], str) or sent["id"].lower() != str(number)):
        raise Invalid("The statement has another id than the address.")
    _store(call, [{**sent, "id": call.parameters["statementId"]}], files)
    return HttpResponse(status=204)


def post(call: Call) -> HttpResponse:
    """2.1.2: one statement or a batch. 204 when all of them were there already."""
    call.only(set())
    sent, files = _sent(call)
    batch = sent if isinstance(sent, list) else [sent]
    outcome = _store(call, batch, files)
    if batch and not outcome.new:
        return HttpResponse(status=204)
    return JsonResponse(outcome.ids, safe=False)


def get(call: Call) -> HttpResponse:
    """2.1.3: one statement by its id, or those that match."""
    single = {"statementId", "voidedStatementId"} & call.parameters.keys()
    if not single:
        call.only(FILTERS | SHOWING)
        return _list(call, _wanted(call.parameters), None)
    if len(single) > 1:
        raise Invalid("statementId and voidedStatementId exclude each other.")
    name = single.pop()
    call.only({name} | SHOWING)
    number = read.uuid(call.parameters, name)
    _show(call)
    call.ask(Action.READ_STATEMENTS, parameters=call.parameters)
    found = selectors.find(number, voided=name == "voidedStatementId", readable=call.principal.readable)
    if found is None:
        raise NotFound("There is no such statement.")
    body = written(_shown(call, [found])[0]) if _show(call) != "exact" else found.body
    response = _answer(call, body, [found])
    response.headers["Last-Modified"] = http_date(found.stored.timestamp())
    return response


def more(call: Call, token: str) -> HttpResponse:
    """The next page of a list; whoever asks must be allowed to read it still."""
    call.only(set())
    try:
        parameters, stored, pk = signing.loads(token, salt=MORE_SALT)
    except signing.BadSignature:
        raise NotFound("There is no such page.") from None
    call.parameters = parameters
    return _list(call, _wanted(parameters), (datetime.fromisoformat(stored), pk))


statements = resource(get=get, put=put, post=post)
more_statements = resource(get=more)


def _wanted(parameters: dict[str, str]) -> Wanted:
    return Wanted(
        agent=read.agent(parameters),
        verb=read.iri(parameters, "verb"),
        activity=read.iri(parameters, "activity"),
        registration=read.uuid(parameters, "registration"),
        since=read.moment(parameters, "since"),
        until=read.moment(parameters, "until"),
        related_activities=read.flag(parameters, "related_activities"),
        related_agents=read.flag(parameters, "related_agents"),
        limit=read.count(parameters, "limit"),
        ascending=read.flag(parameters, "ascending"),
    )


def _list(call: Call, wanted: Wanted, after: selectors.Cursor | None) -> HttpResponse:
    how = _show(call)
    call.ask(Action.READ_STATEMENTS, parameters=call.parameters)
    # A list ends where it is complete: whoever reads on from its last statement misses none that were on their way.
    call.through = consistent_through()
    wanted = replace(wanted, until=min(wanted.until or call.through, call.through))
    rows, cursor = selectors.page(wanted, readable=call.principal.readable, after=after)
    link = ""
    if cursor:
        token = signing.dumps((call.parameters, cursor[0].isoformat(), cursor[1]), salt=MORE_SALT, compress=True)
        link = reverse("xapi:more", args=[token])
    # The bodies are JSON already: there is no need to read them to pass them on.
    bodies = [row.body for row in rows] if how == "exact" else [written(one) for one in _shown(call, rows)]
    return _answer(call, f'{{"statements":[{",".join(bodies)}],"more":{written(link)}}}', rows)


def _show(call: Call) -> str:
    read.flag(call.parameters, "attachments")
    return read.choice(call.parameters, "format", FORMATS)


def _shown(call: Call, rows: Sequence[Statement]) -> list[Node]:
    nodes = [parse(row.body) for row in rows]
    if _show(call) == "ids":
        return [ids_only(node) for node in nodes]
    terms = terms_of(nodes)
    languages = accepted_languages(call.header("Accept-Language"))
    return [canonical(node, terms, languages) for node in nodes]


def _answer(call: Call, body: str, rows: Sequence[Statement]) -> HttpResponse:
    if not read.flag(call.parameters, "attachments"):
        return HttpResponse(body, content_type=JSON)
    content, content_type = multipart.joined(body.encode(), _files(rows))
    return HttpResponse(content, content_type=content_type)


def _files(rows: Iterable[Statement]) -> Iterable[tuple[str, str, bytes]]:
    """Content type, hash and bytes of every attachment that the store has, each once."""
    seen = set()
    for row in rows:
        for one in anatomy.attachments(parse(row.body)):
            if one["sha2"] not in seen and (content := attachments.read(one["sha2"])) is not None:
                seen.add(one["sha2"])
                yield one["contentType"], one["sha2"], content


def _sent(call: Call) -> tuple[Any, dict[str, bytes]]:
    """What was sent, not yet checked, and the files beside it by hash."""
    kind, more_ = multipart.media_type(call.header("Content-Type"))
    if kind == JSON:
        return parse(call.content), {}
    if kind != "multipart/mixed":
        raise Invalid("Statements come as application/json or multipart/mixed.")
    first, *rest = multipart.split(call.content, more_.get("boundary", ""))
    if multipart.media_type(first.headers.get("content-type", ""))[0] != JSON:
        raise Invalid("The first part must be application/json.")
    return parse(first.content), dict(map(_file, rest))


def _file(part: multipart.Part) -> tuple[str, bytes]:
    """1.5.2: hash and bytes of an attachment part."""
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise Invalid("An attachment part needs Content-Transfer-Encoding: binary.")
    sha2 = part.headers.get("x-experience-api-hash", "")
    if not sha2:
        raise Invalid("An attachment part needs X-Experience-API-Hash.")
    if not attachments.matches(part.content, sha2):
        raise Invalid("An attachment part has other bytes than its hash says.")
    return sha2.lower(), part.content


def _store(call: Call, batch: list[Any], files: dict[str, bytes]) -> Stored:
    for statement in batch:
        check_statement(statement, call.edition)
        _check_files(call, statement, files)
    named = {one["sha2"].lower() for statement in batch for one in anatomy.attachments(statement)}
    if files.keys() - named:
        raise Invalid("An attachment part belongs to none of the statements.")
    call.ask(Action.WRITE_STATEMENTS, parameters=call.parameters, statements=batch)
    return store(statements=batch, principal=call.principal, edition=call.edition, files=files)


def _check_files(call: Call, statement: Node, files: dict[str, bytes]) -> None:
    """Part 2, 2.4.11 and 2.6: the bytes are here or at an address, and signatures sign this statement."""
    for one in anatomy.attachments(statement):
        content = files.get(one["sha2"].lower())
        if content is None and "fileUrl" not in one:
            raise Invalid("An attachment has neither its bytes beside the statement nor a fileUrl.")
    for one in statement.get("attachments", ()):
        if one["usageType"] == SIGNATURE:
            content = files.get(one["sha2"].lower())
            if content is None:
                raise Invalid("A signature must come beside its statement.")
            check_signature(statement, content, call.edition)
