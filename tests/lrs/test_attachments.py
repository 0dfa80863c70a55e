"""Attachments and signatures: xAPI 1.0.3, part 2, 2.4.11 and 2.6, part 3, 1.5.2."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from lrs.models import Attachment, Statement
from tests.lrs.ground import STATEMENTS, Store, a_number, a_statement, address

pytestmark = pytest.mark.django_db

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
BOUNDARY = "-------314159265358979323846"
MIXED = f"multipart/mixed; boundary={BOUNDARY}"
TEXT, OTHER = b"here is a simple\r\nattachment\r\n", b"\x00\xff--another\r\n"


@pytest.fixture
def store():
    return Store()


def sha2(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def an_attachment(content: bytes, **parts) -> dict:
    return {
        "usageType": "http://example.test/usage",
        "display": {"en": "A file"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha2(content),
        **parts,
    }


def with_files(*contents: bytes, **parts) -> dict:
    return a_statement(attachments=[an_attachment(content) for content in contents], **parts)


def a_part(content: bytes, **headers: str | None) -> bytes:
    named = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2(content),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    return head.encode() + b"\r\n" + content


def a_body(statements, *parts: bytes, first: str = "Content-Type: application/json") -> bytes:
    opening = f"\r\n--{BOUNDARY}\r\n".encode()
    head = f"{first}\r\n\r\n".encode() + json.dumps(statements).encode()
    return opening.join([b"", head, *parts]) + f"\r\n--{BOUNDARY}--\r\n".encode()


def parts_of(answer) -> list:
    """The parts of a multipart/mixed answer, read by Python's own parser."""
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    return BytesParser().parsebytes(head + answer.content).get_payload()


def test_files_go_in_and_come_out_byte_for_byte(store):
    answer = store.post(a_body(with_files(TEXT, OTHER), a_part(TEXT), a_part(OTHER)), content_type=MIXED)
    assert answer.status_code == 200, answer.content
    [number] = answer.json()

    found = store.get(address(statementId=number, attachments=True))

    assert found.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    statement, *files = found.content.split(b"--" + found.headers["Content-Type"].partition("=")[2].encode())[1:-1]
    assert statement.startswith(b"\r\nContent-Type: application/json\r\n\r\n")
    assert [file.partition(b"\r\n\r\n")[2] for file in files] == [TEXT + b"\r\n", OTHER + b"\r\n"]
    names = ("Content-Type", "Content-Transfer-Encoding", "X-Experience-API-Hash")
    assert [part[name] for part in parts_of(found)[1:] for name in names] == [
        *("text/plain", "binary", sha2(TEXT)),
        *("text/plain", "binary", sha2(OTHER)),
    ]


def test_a_file_with_an_address_comes_with_its_bytes_when_the_store_has_them(store):
    statement = a_statement(attachments=[an_attachment(TEXT, fileUrl="https://example.test/file")])
    [number] = store.post(a_body(statement, a_part(TEXT)), content_type=MIXED).json()

    found = store.get(address(statementId=number, attachments=True)).content

    assert (found.count(sha2(TEXT).encode()), found.count(TEXT)) == (2, 1)


def test_a_list_brings_each_file_once_and_only_when_asked(store):
    for _ in range(2):
        store.post(a_body(with_files(TEXT), a_part(TEXT)), content_type=MIXED)

    assert len(parts_of(store.get(address(attachments=True)))) == 2
    assert store.get(address(attachments=False)).headers["Content-Type"] == "application/json"
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("content", [TEXT, OTHER, b"\n", b"", b"a\r\n"], ids=range(5))
def test_a_body_with_the_lines_of_unix_is_read_byte_for_byte(store, content):
    crlf = a_body(with_files(content), a_part(b""))
    end, true_end = (f"{sha2(one)}\n\n".encode() for one in (b"", content))
    body = crlf.replace(b"\r\n", b"\n").replace(end, true_end + content)

    [number] = store.post(body, content_type=MIXED).json()

    assert content in store.get(address(statementId=number, attachments=True)).content
    assert Attachment.objects.get().sha2 == sha2(content)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (a_body(a_statement()), MIXED),
        (a_body(a_statement()), f'multipart/mixed; boundary="{BOUNDARY}"'),
        (a_body(a_statement()).removesuffix(b"\r\n"), f"Multipart/Mixed; Boundary={BOUNDARY}"),
        (a_body(a_statement(), first="content-type:application/json"), MIXED),
        (json.dumps(a_statement()).encode(), "application/json; charset=utf-8"),
    ],
    ids=["without files", "a quoted boundary", "no line after the last boundary", "no space", "a character set"],
)
def test_1_5_the_same_may_be_written_otherwise(store, content, content_type):
    assert store.post(content, content_type=content_type).status_code == 200


def test_a_list_without_files_is_multipart_when_asked(store):
    store.stored(a_statement())

    assert len(parts_of(store.get(address(attachments=True)))) == 1


def test_put_takes_files_too(store):
    number = a_number()

    answer = store.put(f"{STATEMENTS}?statementId={number}", a_body(with_files(TEXT), a_part(TEXT)), content_type=MIXED)

    assert answer.status_code == 204


def test_a_file_that_has_an_address_may_stay_away(store):
    elsewhere = a_statement(attachments=[an_attachment(TEXT, fileUrl="https://example.test/file")])

    assert store.post(elsewhere).status_code == 200
    assert len(parts_of(store.get(address(attachments=True)))) == 1


def test_files_of_a_substatement_count(store):
    inner = {**with_files(TEXT), "objectType": "SubStatement"}

    assert store.post(a_statement(object=inner)).status_code == 400
    assert store.post(a_body(a_statement(object=inner), a_part(TEXT)), content_type=MIXED).status_code == 200


@pytest.mark.parametrize("size", [224, 256, 384, 512])
def test_hashes_of_every_length_are_checked(store, size):
    name = hashlib.new(f"sha{size}", TEXT).hexdigest()
    statement = a_statement(attachments=[an_attachment(TEXT, sha2=name)])

    taken = store.post(a_body(statement, a_part(TEXT, X_Experience_API_Hash=name)), content_type=MIXED)
    refused = store.post(a_body(statement, a_part(b"else", X_Experience_API_Hash=name)), content_type=MIXED)

    assert (taken.status_code, refused.status_code) == (200, 400)


BROKEN = {
    "no bytes in JSON": (json.dumps(with_files(TEXT)).encode(), "application/json"),
    "no bytes": (a_body(with_files(TEXT)), MIXED),
    "one of two is missing": (a_body(with_files(TEXT, OTHER), a_part(TEXT)), MIXED),
    "one too many": (a_body(with_files(TEXT), a_part(TEXT), a_part(OTHER)), MIXED),
    "no hash": (a_body(with_files(TEXT), a_part(TEXT, X_Experience_API_Hash=None)), MIXED),
    "another hash": (a_body(with_files(TEXT), a_part(TEXT, X_Experience_API_Hash="0" * 64)), MIXED),
    "other bytes": (a_body(with_files(TEXT), a_part(b"else", X_Experience_API_Hash=sha2(TEXT))), MIXED),
    "no encoding": (a_body(with_files(TEXT), a_part(TEXT, Content_Transfer_Encoding=None)), MIXED),
    "another encoding": (a_body(with_files(TEXT), a_part(TEXT, Content_Transfer_Encoding="base64")), MIXED),
    "first part of another type": (a_body(with_files(TEXT), a_part(TEXT), first="Content-Type: text/plain"), MIXED),
    "first part without a type": (a_body(with_files(TEXT), a_part(TEXT), first="X: y"), MIXED),
    "no boundary in the header": (a_body(with_files(TEXT), a_part(TEXT)), "multipart/mixed;"),
    "another boundary": (a_body(with_files(TEXT), a_part(TEXT)), "multipart/mixed; boundary=other"),
    "not closed": (a_body(with_files(TEXT), a_part(TEXT)).replace(b"846--", b"846"), MIXED),
    "no opening": (a_body(with_files(TEXT), a_part(TEXT)).replace(f"--{BOUNDARY}\r\n".encode(), b"", 1), MIXED),
    "statements in two parts": (a_body(a_statement(), json.dumps(a_statement()).encode()), MIXED),
    "nothing": (b"", MIXED),
}


@pytest.mark.parametrize(("content", "content_type"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_whole_is_refused_and_nothing_is_kept(store, content, content_type):
    assert store.post(content, content_type=content_type).status_code == 400
    assert not Statement.objects.exists()
    assert not Attachment.objects.exists()


def a_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY, OTHER_KEY = a_key(), a_key()


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def a_certificate(key, *, name: str = "Tests", issuer: str = "", by=None, days: int = 1) -> str:
    """Of the key, issued by another one or by itself, valid for so many days."""
    start = datetime.now(UTC) - timedelta(days=10)
    builder = x509.CertificateBuilder(
        named(issuer or name), named(name), key.public_key(), 1, start, start + timedelta(days=10 + days)
    )
    der = builder.sign(by or key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode()


def of_an_unknown_kind(certificate: str) -> str:
    """Its key is said to be of an algorithm that does not exist."""
    rsa_key = bytes.fromhex("2a864886f70d010101")
    return base64.b64encode(base64.b64decode(certificate).replace(rsa_key, rsa_key[:-1] + b"\x7f")).decode()


def encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def a_signature(payload, *, header=None, key=KEY, algorithm="RS256") -> bytes:
    head = {"alg": algorithm, **(header or {})}
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signing = encoded(json.dumps(head).encode()) + b"." + encoded(text)
    digest = {"RS384": hashes.SHA384(), "RS512": hashes.SHA512()}.get(algorithm, hashes.SHA256())
    return signing + b"." + encoded(key.sign(signing, padding.PKCS1v15(), digest))


def signed(statement: dict, signature: bytes, **parts) -> bytes:
    about = an_attachment(signature, usageType=SIGNATURE, contentType="application/octet-stream", **parts)
    others = statement.get("attachments", [])
    return a_body({**statement, "attachments": [*others, about]}, a_part(signature))


class TestSignatures:
    """Part 2, 2.6."""

    @pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
    @pytest.mark.parametrize("header", [{}, {"x5c": [a_certificate(KEY)]}], ids=["bare", "with a certificate"])
    def test_that_fit_are_taken(self, store, algorithm, header):
        statement = a_statement(id=a_number())
        signature = a_signature(statement, algorithm=algorithm, header=header)

        assert store.post(signed(statement, signature), content_type=MIXED).status_code == 200

    def test_of_a_statement_with_other_files_are_taken(self, store):
        file = an_attachment(OTHER, fileUrl="https://example.test/file")
        statement = a_statement(id=a_number(), attachments=[file])

        assert store.post(signed(statement, a_signature(statement)), content_type=MIXED).status_code == 200

    def test_4_6_compare_durations_to_the_hundredth_of_a_second(self, store):
        sent = a_statement(result={"duration": "P1DT12H36M0.1237S"})
        seconds = ("0.12S", "0.129S", "0.13S", "0.1S")
        signatures = [a_signature({**sent, "result": {"duration": f"P1DT12H36M{one}"}}) for one in seconds]

        statuses = [store.post(signed(sent, one), content_type=MIXED).status_code for one in signatures]

        assert statuses == [200, 200, 400, 400]

    @pytest.mark.parametrize(
        "forge",
        [
            lambda it: a_signature({**it, "verb": {"id": "http://example.test/other"}}),
            lambda it: a_signature({**it, "result": {"success": True}}),
            lambda it: a_signature(it, key=OTHER_KEY, header={"x5c": [a_certificate(KEY)]}),
            lambda it: a_signature(it, header={"x5c": [a_certificate(KEY)]}).rpartition(b".")[0] + b".AAAA",
            lambda it: a_signature(it, header={"x5c": []}),
            lambda it: a_signature(it, header={"x5c": ["AAAA"]}),
            lambda it: a_signature(it, header={"x5c": "AAAA"}),
            lambda it: a_signature(it, header={"x5c": [1]}),
            lambda it: a_signature(it, header={"x5c": [a_certificate(ec.generate_private_key(ec.SECP256R1()))]}),
            lambda it: a_signature(it, header={"x5c": [of_an_unknown_kind(a_certificate(KEY))]}),
            lambda it: a_signature(it, algorithm="HS256"),
            lambda it: a_signature(it, algorithm="none"),
            lambda it: a_signature(b"{'single': 'quotes'}"),
            lambda it: a_signature(b"[]"),
            lambda it: b"no.signature",
            lambda it: b"a.b.c",
            lambda it: b"",
        ],
        ids=[
            *("another verb", "another result", "another key", "no signature", "no certificate", "a broken one"),
            *("no array", "a number", "an elliptic key", "an unknown key", "HS256", "none", "no JSON", "no statement"),
            *("two parts", "no base64", "nothing"),
        ],
    )
    def test_that_do_not_fit_are_refused(self, store, forge):
        statement = a_statement(id=a_number())

        assert store.post(signed(statement, forge(statement)), content_type=MIXED).status_code == 400

    @pytest.mark.parametrize(
        ("chain", "status"),
        [
            ([a_certificate(KEY, issuer="Authority", by=OTHER_KEY), a_certificate(OTHER_KEY, name="Authority")], 200),
            ([a_certificate(KEY, days=-1)], 200),
            ([a_certificate(KEY, issuer="Authority", by=OTHER_KEY), a_certificate(OTHER_KEY, name="Other")], 400),
            ([a_certificate(KEY, issuer="Authority", by=KEY), a_certificate(OTHER_KEY, name="Authority")], 400),
            ([a_certificate(OTHER_KEY, name="Authority"), a_certificate(KEY, issuer="Authority", by=OTHER_KEY)], 400),
        ],
        ids=["a chain", "run out", "issued by somebody else", "with a key of somebody else", "the wrong way round"],
    )
    def test_have_certificates_that_follow_from_each_other(self, store, chain, status):
        """RFC 7515, 4.1.6. Whom to trust, and when, is for the reader of a statement."""
        statement = a_statement(id=a_number())
        signature = a_signature(statement, header={"x5c": chain})

        assert store.post(signed(statement, signature), content_type=MIXED).status_code == status

    def test_come_beside_the_statement(self, store):
        statement = a_statement(id=a_number())
        signature = a_signature(statement)
        away = an_attachment(
            signature,
            usageType=SIGNATURE,
            contentType="application/octet-stream",
            fileUrl="https://example.test/signature",
        )

        assert store.post({**statement, "attachments": [away]}).status_code == 400
