"""One of everything that holds words, so that each can be given a canary (`planting`) and each page be met (S09)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import services as assessments
from assessments.models import Attempt, Question
from assessments.selectors import forget_frozen
from certificates.codes import printed
from certificates.models import Revocation
from cms.models import HomePage, MailText, SiteSettings, StandardPage, SupportContact
from courses import selectors
from courses.models import (
    ActionCard,
    CasePage,
    CoursePage,
    LessonPage,
    ModulePage,
    Package,
    PackageImport,
    PackagePage,
    Unit,
)
from learning.evidence.models import EvidenceRule, ExternalEvidence
from learning.models import Completion, CompletionWithdrawal, Enrolment, Institution, Requirement, StaffImport, User
from learning.people import invitations
from learning.people.staff_import import services as staff_import
from learning.people.staff_import.models import StaffColumns, WithdrawnPost
from learning.records.selectors import places
from learning.records.views import sheet, thread
from lrs import actors
from lrs.keys import agent_key, iri_key
from lrs.models import ActivityProfile, AgentProfile, Credential, Forwarder, StateDocument
from lrs.services import create_credential, record
from runtime import selectors as runtime_selectors
from runtime.access import services as access
from runtime.cmi5 import sessions
from runtime.cmi5.models import CourseRegistration
from runtime.models import ActivityState, Launch
from runtime.tokens import token_of
from tests import factories as make
from tests.certificates.factories import TERMS, a_certificate
from tests.cmi5.ground import ANNA as COLLEAGUE
from tests.cmi5.ground import a_block, a_course
from tests.courses.pages import a_course_page, both, columns, titles
from tests.learning.pages import CASE, LESSON
from tests.lrs.ground import ACTIVITY, ANNA, a_number, authorization
from tests.runtime.ground import a_package, a_package_unit, launch_in
from tests.security.canaries import markup
from tests.security.ground import Ground
from tests.security.said import OUT_OF_SIGHT, statements

CONTENT = "127.0.0.1:8000"
UNMATCHED = "Vārds;Uzvārds;Kas;Kad;Kur\nx;x;x;x;x\n".encode()
CMI = {
    "core": {"lesson_status": "incomplete", "lesson_location": "x", "score": {"raw": "1"}},
    "suspend_data": "x",
    "comments": "x",
    "interactions": [{"id": "x", "student_response": "x", "type": "choice"}],
    "objectives": [{"id": "x"}],
}
CMI_2004 = {
    "completion_status": "incomplete",
    "location": "x",
    "suspend_data": "x",
    "comments_from_learner": [{"comment": "x", "location": "x"}],
    "interactions": [{"id": "x", "learner_response": "x", "description": "x", "type": "fill-in"}],
    "objectives": [{"id": "x", "description": "x"}],
}
# By key, with every placeholder that the letter knows.
LETTERS = {
    "certificate_issued": "{full_name}; {programme_title}; {certificate_number}; {valid_until}\n\nCheck: {verify_url}",
    "invitation": "{institution_name}; {contact_name}; {contact_email}; {programme_title}\n\nGo: {start_url}",
}


class Everything:
    """`ground` with rows of every model that has words, and launches of every kind of package."""

    def __init__(self) -> None:
        self.ground = Ground()
        near = self.ground.near
        self.learner, self.study = near.learner, near.enrolment
        self.delta = make.an_enrolment(
            near.learner, make.a_version(change="delta", note=both("x")), path=Enrolment.Path.DELTA
        )
        self.editor, self.admin = self.ground.people["editor"], self.ground.people["admin"]
        self._site()
        self._people()
        self._programme()
        units = list(self._package_units())
        forget()
        self.package_keys = [unit.key for unit in units]
        self.unit_keys = ["m1-one", "m1-case"]
        self.launches = [launch_in(self.study, unit) for unit in units]
        self._saves()
        self._store()
        self._pages()
        self.clients = {role: _signed_in(user) for role, user in self.ground.people.items()}
        self.site_pages = [page.url for page in (HomePage.objects.get(), *StandardPage.objects.all())]

    def _site(self) -> None:
        SupportContact.objects.create(number="116 006", description_lv="x", description_en="x", source="x")
        for key, body in LETTERS.items():
            words = {
                **columns("subject", "{programme_title}"),
                **columns("body", f"Hello,\n\n{body}\n\n{{support_line}}"),
            }
            MailText.objects.create(key=key, placeholders=["programme_title"], **words)
        SiteSettings.objects.update(contact_name="x", contact_email="x@example.test", contact_phone="x")

    def _people(self) -> None:
        near, learner = self.ground.near, self.learner
        Institution.objects.update(
            registration_number="x", contact_name="x", contact_email="x@example.test", contact_phone="x"
        )
        learner.memberships.update(department="x", staff_number="x")
        make.an_exemption(learner, self.study.course, near.institution)
        StaffImport.objects.update(ignored=["x"])
        ExternalEvidence.objects.update(
            file_name="x", decision_reason="x", withdrawal_reason="x", provider_registration_number="x"
        )
        EvidenceRule.objects.create(
            course=self.study.course,
            institution=near.municipality,
            legal_basis_lv="x",
            legal_basis_en="x",
            valid_from=date(2020, 1, 1),
        )
        post = WithdrawnPost.of(learner.memberships.get(), reason="merged", by=near.hr)
        post.save()
        StaffColumns.objects.create(institution=near.institution, headings={"x": ["x", "first_name"]})
        unmatched = staff_import.keep_upload(
            institution=near.institution, content=UNMATCHED, file_name="x", complete=False, by=near.hr, asks=True
        )
        self.staff_imports = [unmatched.number]
        self.newcomer = User.objects.get(email="new@near.test")
        make.a_membership(self.newcomer, near.institution)
        make.an_enrolment(
            self.newcomer,
            self.study.version,
            requirement=Requirement.objects.get(course=self.study.course, institution=near.municipality),
            due_on=timezone.localdate() + timedelta(days=9),
        )

    def _programme(self) -> None:
        version, module = self.study.version, self.study.version.modules.get()
        type(version).objects.filter(pk=version.pk).update(
            note=both("x"), subtitle=both("x"), about=both("x"), certificate_terms=TERMS
        )
        module.objectives = [both("x")]
        module.save()
        make.a_unit(module, "m1-case", kind=Unit.Kind.CASE, body=CASE)
        lesson = version.units.get(key=self.ground.near.ids["lesson"])
        lesson.texts.update(objectives=["x"], sources=["x"], body=[*LESSON, *_blocks()])
        card = ActionCard(
            course=self.study.course,
            role=make.a_role(),
            **columns("title", "x"),
            **columns("legal", "x"),
            steps=[
                {"type": "step", "value": {"step": "notice", "title": both("x"), "text": both("x"), "dont": both("x")}}
            ],
            say=[{"type": "phrase", "value": both("x")}],
            local_contacts=[{"type": "contact", "value": both("x")}],
        )
        card.contacts = [SupportContact.objects.get()]
        card.save()

    def _package_units(self) -> Iterator[Unit]:
        kinds = Package.Kind
        settings = {"launch_data": "x"}
        two = {"a": "index.html", "b": "index.html?2"}
        tree = {"sequencing": {"identifier": "x", "title": "x"}}
        unit = {"parents": ["https://block.example.test/"], "description": {"lv": "x"}}
        for package in (
            a_package(kinds.SCORM_12, hrefs=two, warnings=[both("x")]),
            a_package(kinds.SCORM_2004, hrefs=two, settings=tree),
            a_package(kinds.H5P, files={"h5p.json": "{}"}, hrefs={"content": "content/content.json"}),
            a_course(unit, blocks=[_block()]),
        ):
            package.activities.exclude(package__kind=kinds.CMI5).update(settings=settings)
            Package.objects.filter(pk=package.pk).update(imported_by=self.editor)
            yield a_package_unit(package, version=self.study.version)
        self.own_package = package

    def _saves(self) -> None:
        for launch, data in zip(
            self.launches, (CMI, CMI_2004, {"states": {"0": {"state": {"value": "x"}}}}), strict=False
        ):
            kept = {"cmi": data} if "states" not in data else data
            ActivityState.objects.filter(registration=launch.registration).update(data=kept, slim={"location": "x"})
        Launch.objects.filter(pk=self.launches[1].pk).update(sequencing={"currentActivity": "x"})

    def _store(self) -> None:
        self.token = access.create_token(
            name="x", scopes=["cmi5", "statements/read"], lasts=timedelta(days=1), by=None, at=timezone.now()
        )[1]
        credential, secret = create_credential(name="x", scopes=["all"], by=self.admin)
        self.authorization = authorization(credential.key, secret)
        Forwarder.objects.create(name="x", endpoint="https://lrs.example.test/", key="x", created_by=self.admin)
        course = self.launches[3].registration.package
        sessions.register_and_launch(
            package=course, actor=COLLEAGUE, number=None, index=0, wanted=sessions.Wanted(), at=timezone.now()
        )
        package = self.launches[0].registration.package
        record(statements=statements(), authority=actors.platform(), package=package)
        kept = {"identifier": "x", "content": markup(OUT_OF_SIGHT, 300).encode(), "content_type": "text/html"}
        activity, agent = iri_key(ACTIVITY), agent_key(ANNA)
        for model, owners in (
            (StateDocument, {"activity_key": activity, "agent_key": agent}),
            (ActivityProfile, {"activity_key": activity}),
            (AgentProfile, {"agent_key": agent}),
        ):
            model.objects.create(key=a_number(), sha1="0", updated_at=timezone.now(), **kept, **owners)

    def _pages(self) -> None:
        self.page = a_course_page("walked")
        CoursePage.objects.update(course=self.study.course)
        module = ModulePage.objects.descendant_of(self.page).get()
        package = self.launches[0].registration.package
        objective = [{"type": "objective", "value": both("x")}]
        module.objectives = objective
        module.save()
        module.add_child(
            instance=PackagePage(key="walked-package", slug="walked-package", **titles("x"), package=package, minutes=5)
        )
        for lesson in LessonPage.objects.descendant_of(self.page):
            lesson.objectives, lesson.sources = objective, [{"type": "source", "value": "x"}]
            lesson.save()
        role_options = [
            {
                "type": "for_role",
                "value": {
                    "role": "teacher",
                    "options": [
                        {"text": both("x"), "quality": quality, "feedback": both("x")} for quality in ("good", "ok")
                    ],
                },
            }
        ]
        for case in CasePage.objects.descendant_of(self.page):
            case.role_options, case.source = role_options, "x"
            case.discussion_lv = case.discussion_en = "x"
            case.save()
        problem = {"where": "x", "what": both("x"), "mend": both("x")}
        self.imports = [
            PackageImport.objects.create(file_name="x.zip", status=status, problem=problem, uploaded_by=self.editor)
            for status in (PackageImport.Status.REFUSED, PackageImport.Status.FAILED)
        ]
        Question.objects.update(source="x")

    def finish(self) -> None:
        """What is seen once something is over: results, papers, withdrawn and revoked."""
        now = timezone.now()
        near = self.ground.near
        self.result = assessments.submit_attempt(attempt=Attempt.objects.get(enrolment=self.study), at=now)
        again = assessments.start_attempt(enrolment=self.study, quiz=self.result.quiz, at=now)
        near.ids["attempt"] = again.number
        self.revoked = a_certificate(self.learner, on=date(2026, 2, 10))
        Revocation.objects.create(certificate=self.revoked, reason=Revocation.Reason.ERROR, note="x")
        withdrawn = a_certificate(self.learner, on=date(2026, 3, 10))
        CompletionWithdrawal.objects.create(completion=withdrawn.completion, withdrawn_on=date(2026, 4, 1), reason="x")
        Completion.objects.update(evidence={"holder": "x", "institution": {"name": "x"}})
        self.papers = [printed(one.code) for one in self.learner.certificates.all()]
        assert near.ids["certificate"] in self.papers

    def invite_again(self, person: User) -> None:
        invitations.invite(users=[person], institution=self.ground.near.institution, by=self.ground.near.hr)

    def decline(self) -> None:
        """“This is not me”, said by somebody invited before."""
        other = make.a_user("declines@near.test", first_name="x")
        User.objects.filter(pk=other.pk).update(password="!", first_name=self.learner.first_name)
        self.invite_again(User.objects.get(pk=other.pk))
        token = invitations.token_of(other.invitations.get().number)
        Client().post(reverse("learning:decline_invitation", args=[token]))

    def h5p_state(self) -> str:
        launch = self.launches[2]
        return f"/rt/{token_of(launch)}/h5p/{launch.registration.package.activities.get().pk}/states/state/0/"

    @property
    def document(self) -> str:
        return StateDocument.objects.get(content_type="text/html").identifier

    def api_addresses(self) -> list[str]:
        course, registration = self.launches[3].registration.package, CourseRegistration.objects.get()
        return [
            reverse("api:cmi5_course", args=[course.number]),
            reverse("api:cmi5_registration", args=[registration.number]),
            reverse("api:openapi-json"),
        ]

    def tokens(self) -> list[str]:
        """Of the windows opened last."""
        return [token_of(launch.registration.launches.latest("pk")) for launch in self.launches]

    def own_editor_pages(self) -> dict[str, list[Any]]:
        """What stands in the editor's addresses of things of ours, by name of the route."""
        packages = [package.number for package in Package.objects.all()[:5]]
        series = [package.series_id for package in Package.objects.all()[:5]]
        pages = [page.pk for model in PAGES for page in model.objects.all()]
        programme = [self.page.pk]
        return {
            "lrs_forwarder": [Forwarder.objects.get().pk],
            "courses_package_chooser:chosen": [package.pk for package in Package.objects.all()[:5]],
            "lrs_revoke": [Credential.objects.get().pk],
            "courses_publish": programme,
            "courses_versions": programme,
            "courses_package_series": series,
            "courses_package_next": series,
            "courses_package_origins": packages,
            "runtime_trial": packages,
            "courses_package_import": [one.number for one in self.imports],
            "courses_package_retry": [one.number for one in self.imports],
            "wagtailadmin_pages:edit": pages,
            "wagtailadmin_pages:history": pages,
            "wagtailadmin_pages:usage": pages,
            "wagtailadmin_pages:delete": pages,
            "wagtailadmin_pages:copy": pages,
            "wagtailadmin_pages:move": pages,
            "wagtailadmin_pages:unpublish": pages,
            "wagtailadmin_explore": pages,
            "wagtailadmin_choose_page_child": pages,
            "wagtailusers_users:edit": [self.learner.pk],
            "wagtailsettings:edit": ["cms/sitesettings"],
            **{
                f"wagtail{part}_{model._meta.app_label}_{model._meta.model_name}:{action}": [
                    one.pk for one in model.objects.all()[:2]
                ]
                for model in SNIPPETS
                for part, actions in (("snippets", SNIPPET_ACTIONS), ("snippetchoosers", ("chosen",)))
                for action in actions
            },
        }


def forget() -> None:
    """What processes remember of frozen programmes, which nothing but these tests changes."""
    for part in (selectors.forget, places.cache_clear, sheet.sheet_of.cache_clear, thread.draw.cache_clear):
        part()
    forget_frozen()
    runtime_selectors.forget()


PAGES = (CoursePage, ModulePage, LessonPage, CasePage, PackagePage)
SNIPPET_ACTIONS = ("edit", "delete", "usage", "history", "history_results", "copy", "preview_on_edit")
SNIPPETS = (Question, ActionCard, make.Role, SupportContact, MailText)


def _signed_in(user: object) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _block() -> dict[str, Any]:
    return {**a_block("https://block.example.test/"), "title": {"en": "x"}, "description": {"en": "x"}}


def _blocks() -> list[dict[str, Any]]:
    """A block of every kind a lesson may hold."""
    return [
        {"type": "list", "items": ["x"]},
        {"type": "steps", "items": ["x"]},
        {"type": "keypoints", "items": ["x"]},
        {"type": "reflection", "text": "x"},
        {"type": "change", "date": "2026-01-01", "title": "x", "text": "x"},
        {"type": "law", "title": "x", "text": "x", "source": "x"},
        {"type": "example", "title": "x", "text": "x"},
        {"type": "callout", "tone": "info", "title": "x", "text": "x"},
        {"type": "say", "items": ["x"]},
    ]
