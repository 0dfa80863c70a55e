"""A person's own certificates."""

import unicodedata
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates import codes, selectors, services
from certificates.errors import CertificateError
from certificates.models import Certificate
from certificates.paper import paper
from learning import qr
from learning.models import User


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    return render(
        request, "certificates/certificate_list.html", {"papers": selectors.papers_of(request.user, on=today)}
    )


@login_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    certificate = _own(request.user, code)
    facts = certificate.facts
    return render(
        request,
        "certificates/certificate_detail.html",
        {
            "standing": selectors.Standing(certificate, timezone.localdate()),
            "paper": paper(facts),
            "qr": qr.image(facts.verification_address),
            "institutions": selectors.who_sees(request.user),
        },
    )


@login_required
@require_safe
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    certificate = _own(request.user, code)
    try:
        document = services.ensure_pdf(certificate)
    except CertificateError as problem:
        context = {"certificate": certificate, "problem": problem.message}
        return render(request, "certificates/certificate_unprinted.html", context, status=503)
    etag = f'"{certificate.pdf_sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(
        document,
        content_type="application/pdf",
        headers={
            "ETag": etag,
            "Cache-Control": "private, no-store",
            "Content-Disposition": _as_file("apliecinājums", certificate.serial),
        },
    )


def _as_file(word: str, serial: str) -> str:
    """RFC 6266: the plain name is for clients that cannot read the encoded one."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}-{serial}.pdf\"; filename*=UTF-8''{quote(word)}-{serial}.pdf"


def _own(user: User, code: str) -> Certificate:
    """Somebody else's certificate, an unknown code and a mistyped one are all 404."""
    try:
        stored = codes.parse(code)
    except codes.NotACode:
        raise Http404 from None
    return get_object_or_404(Certificate.objects.of(user).with_standing().with_renewal(), code=stored)
