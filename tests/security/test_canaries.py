"""A canary in every field somebody fills, on every page, in every file and letter: it stays text (S09)."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from certificates import services as certificates
from certificates.codes import printed
from certificates.models import Certificate
from courses.models import CourseVersion
from learning.models import OutboxMessage, User
from learning.records import outbox
from tests.certificates.factories import a_completion
from tests.security import canaries
from tests.security.everything import CONTENT, Everything, forget
from tests.security.planting import NO_PAGE_YET, NUMBERS, named, plant
from tests.security.said import OUT_OF_SIGHT, SAID
from tests.security.walking import OWN, Form, Place, Walk, editor_places, forms, places, policy_of, site_places

pytestmark = pytest.mark.django_db
# Kept, and shown on no page, in no file and in no answer. Letters and papers have tests of their own.
SHOWN_NOWHERE = {
    "certificates.Revocation.note",
    "courses.CourseVersion.certificate_terms",
    "courses.CourseVersion.subtitle",
    "courses.Module.objectives",
    "courses.Package.identifier",
    "courses.UnitText.objectives",
    "learning.Completion.evidence",
    "learning.CompletionWithdrawal.reason",
    "learning.Institution.contact_email",
    "learning.Institution.contact_name",
    "learning.Institution.contact_phone",
    "learning.WithdrawnPost.department",
    "learning.WithdrawnPost.staff_number",
}
IN_LETTERS = {
    "cms.MailText.body_lv",
    "cms.MailText.subject_lv",
    "cms.SiteSettings.contact_email",
    "learning.Institution.contact_email",
    "learning.Institution.contact_name",
    "learning.Institution.name",
    "learning.Requirement.legal_basis_lv",
    "learning.User.first_name",
    "learning.User.last_name",
    "courses.CourseVersion.title",
    "courses.CourseVersion.certificate_terms",
}
ON_PAPERS = {
    "courses.CourseVersion.certificate_terms",
    "courses.CourseVersion.title",
    "courses.Module.objectives",
    "courses.Module.title",
    "learning.User.first_name",
    "learning.User.last_name",
}
TYPED = 1_290
FILTERS = (
    *("q", "words", "status", "position", "course", "programme", "on", "sort", "order", "p", "page", "next", "before"),
    *("package", "verb", "since", "until", "language", "sector", "code", "state", "ordering"),
)
# Roles whose pages are those of others with less in them.
ALIKE = {"stranger", "other_hr", "facilitator", "auditor", "editor"}
HOSTILE_LIST = "Vārds;Uzvārds;E-pasts;Amats;Sākums;{it}\n{it};{it};{it};{it};{it};{it}\n"


@pytest.fixture
def everything(settings) -> Everything:
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{CONTENT}"
    everything = Everything()
    everything.finish()
    return everything


def planted(words) -> None:
    assert plant(words) <= NO_PAGE_YET, "make rows of these in `everything`, or name them in NO_PAGE_YET"
    forget()


def walked(everything: Everything, language: str, *, wagtail: bool) -> Walk:
    """`wagtail`: also what Wagtail made itself, which looks the same in every language."""
    walk = Walk()
    for place in places(everything):
        if place.route.startswith("wagtail") and not wagtail and not place.route.startswith(OWN):
            continue
        place.client.cookies["kopa_language"] = language
        walk.take(place)
    return walk


@pytest.mark.parametrize(
    ("html", "broken_out"),
    [
        ("<p title='&quot;&gt;&lt;img ~01~&gt;'>&lt;img ~01~&gt;</p>", False),
        ('<script type="application/json">{"a": "~01~"}</script>', False),
        (canaries.markup(1, 300), True),
        (canaries.markup(1, 40), True),
        (canaries.markup(1, 10), True),
        (f"<a href='{canaries.address(1)}'>", False),
        (canaries.address(1), True),
        ("<script>let a = '~01~';</script>", True),
        ("<p ~01~>", True),
        ('<a href=" javascript:kopa()">', True),
        ("36863", True),
    ],
)
def test_the_finder_tells_what_broke_out(html, broken_out):
    assert bool(canaries.breakouts(html)) is broken_out


def test_markup_stays_text_everywhere(everything):
    planted(canaries.markup)

    walks = [walked(everything, "lv", wagtail=True), walked(everything, "en", wagtail=False)]

    assert [walk.problems() for walk in walks] == [{}, {}]
    assert [walk.unopened() for walk in walks] == [set(), set()]
    unmet = set(NUMBERS) - set(named(walks[0].met | walks[1].met))
    assert unmet - NO_PAGE_YET - SHOWN_NOWHERE == set()


def test_controls_break_no_page_file_or_header(everything):
    planted(canaries.controls)

    walk = walked(everything, "lv", wagtail=False)

    assert walk.problems() == {}
    assert walk.unopened() == set()


def test_statements_are_shown_to_editors_as_text_and_nothing_of_their_people(everything):
    walk = Walk()
    for place in editor_places(everything, "admin"):
        if place.route == "lrs_statements":
            walk.take(place)

    assert walk.problems() == {}
    assert walk.met & of(SAID, 2) == of(SAID, 2)
    assert walk.met & of(OUT_OF_SIGHT, 11) == set()


def of(first: int, count: int) -> set[str]:
    return {mark for number in range(first, first + count) for mark in canaries.marks(canaries.mark(number))}


def test_what_is_typed_into_forms_and_filters_comes_back_as_text(everything):
    walk, words = Walk(), canaries.markup(TYPED, 300)
    own = (place for place in editor_places(everything, "admin") if place.route.startswith(("courses_", "lrs_")))
    for place in [*site_places(everything), *own]:
        if place.role in ALIKE or place.route.startswith("health:"):
            continue
        asked = walk.take(place, dict.fromkeys(FILTERS, words))
        for form in forms(asked.text, words) if asked.kind == "text/html" else ():
            if form.method == "post" and form.action in {"", place.path}:
                walk.look(place, sent(place, form))

    assert walk.problems() == {}
    assert walk.met >= of(TYPED, 1)


def sent(place: Place, form: Form) -> HttpResponseBase:
    """The answer to a form; what it wrote is taken back."""
    content = HOSTILE_LIST.format(it=f'"{canaries.markup(TYPED, 40)}"').encode()
    files = {name: SimpleUploadedFile(f"{canaries.markup(TYPED, 40)}.csv", content) for name in form.files}
    with transaction.atomic():
        answer = place.client.post(place.path, {**form.fields, **files}, follow=True)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("words", [canaries.markup, canaries.controls], ids=["markup", "controls"])
def test_letters_hold_text_and_go_to_nobody_else(everything, words):
    planted(words)
    a_paper(everything)
    write(everything)

    outbox.sweep()

    # Papers with characters that cannot be printed wait until somebody mends the name.
    assert set(OutboxMessage.objects.exclude(problem="").values_list("problem", flat=True)) <= {"UnprintableText"}
    assert [wrong for letter in mail.outbox for wrong in wrong_with(letter)] == []
    if words is canaries.markup:
        met = set().union(*(marks_of(letter) for letter in mail.outbox))
        assert IN_LETTERS - set(named(met)) == set()


def a_paper(everything: Everything) -> Certificate:
    """Issued now, from what is planted."""
    learner, version = (
        User.objects.get(pk=everything.learner.pk),
        CourseVersion.objects.get(pk=everything.study.version_id),
    )
    return certificates.issue(completion=a_completion(learner, version))


def write(everything: Everything) -> None:
    """A letter of every kind there is."""
    newcomer = User.objects.get(pk=everything.newcomer.pk)
    hr = User.objects.get(pk=everything.ground.people["hr"].pk)
    Client().post(reverse("account_reset_password"), {"email": hr.email})
    everything.invite_again(newcomer)
    everything.decline()


def marks_of(letter: EmailMultiAlternatives) -> set[str]:
    return canaries.marks(" ".join([letter.subject, letter.body, *map(str, letter.reply_to), *htmls(letter)]))


def htmls(letter: EmailMultiAlternatives) -> list[str]:
    return [content for content, kind in getattr(letter, "alternatives", ()) if kind == "text/html"]


def wrong_with(letter: EmailMultiAlternatives) -> list[str]:
    message = letter.message()
    headers = {"Bcc", "Cc"} & set(message.keys())
    wrong = [f"header {name}" for name in headers] + [
        found for html in htmls(letter) for found in canaries.breakouts(html)
    ]
    if len(letter.recipients()) != 1 or canaries.ELSEWHERE in str(letter.recipients()):
        wrong.append(f"goes to {letter.recipients()}")
    if "\n" in letter.subject or "\r" in letter.subject:
        wrong.append(f"subject {letter.subject!r}")
    # What somebody is called stands in a line of its own text, never as a line that looks like ours.
    wrong += [f"line {line!r}" for line in letter.body.splitlines() if line.startswith("Bcc:")]
    return wrong


@pytest.mark.parametrize("words", [canaries.markup, canaries.controls], ids=["markup", "controls"])
def test_papers_hold_text(everything, words):
    planted(words)
    paper = a_paper(everything)
    walk = Walk()
    for name in ("certificates:detail", "certificates:pdf", "certificates:verify"):
        place = Place(
            everything.clients["learner"], reverse(name, args=[printed(paper.code)]), policy_of(name), name, "-"
        )
        walk.take(place)

    assert walk.problems() == {}
    if words is canaries.markup:
        assert ON_PAPERS - set(named(walk.met)) == set()
