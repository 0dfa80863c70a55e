from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate, Revocation
from tests.certificates.factories import a_certificate
from tests.factories import a_user

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue().strip()


@pytest.fixture
def officer():
    return a_user("officer@example.test")


@pytest.mark.parametrize("named", ["printed_code", "code", "serial"])
def test_a_certificate_is_revoked_by_code_or_number(officer, named):
    certificate = a_certificate()

    said = run("revoke_certificate", getattr(certificate, named), "--reason", "error", "--by", officer.email)

    revocation = Revocation.objects.get()
    assert (revocation.certificate, revocation.revoked_by) == (certificate, officer)
    assert said.startswith(f"{certificate.serial} is revoked since")


def test_a_name_is_corrected(officer):
    old = a_certificate()

    said = run(
        "reissue_certificate",
        old.code,
        "--given-names=Ilze",
        "--surname=Ozola",
        "--reason=typo",
        f"--by={officer.email}",
    )

    new = Certificate.objects.get(supersedes=old)
    assert new.facts.holder == "Ilze Ozola"
    assert said == f"{old.serial} is replaced by {new.serial}, code {new.printed_code}."


@pytest.mark.parametrize(
    ("code", "by", "said"),
    [
        ("KP-1999-000001", "officer@example.test", "There is no certificate KP-1999-000001."),
        (None, "nobody@example.test", "There is no account nobody@example.test."),
    ],
)
def test_what_does_not_exist_is_said_in_one_sentence(officer, code, by, said):
    code = code or a_certificate().code

    with pytest.raises(CommandError, match=said):
        run("revoke_certificate", code, "--reason", "error", "--by", by)

    assert Revocation.objects.count() == 0


def test_a_revoked_certificate_is_not_issued_anew(officer):
    old = a_certificate()
    run("revoke_certificate", old.code, "--reason", "error", "--by", officer.email)

    with pytest.raises(CommandError):
        run("reissue_certificate", old.code, "--given-names=I", "--surname=O", "--reason=x", f"--by={officer.email}")
