from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Question
from cms.models import MailText, SupportContact
from courses.models import ActionCard, CasePage, CoursePage, CourseVersion, LessonPage, ModulePage, Role
from courses.services import load_programme
from tests.factories import a_user

from .pages import FOLDER, a_small_programme, raw, small_files

pytestmark = pytest.mark.django_db


def load(programme=None):
    return load_programme(programme=programme or a_small_programme(), by=None)


def rows():
    """How many rows of each kind there are, and how often pages were revised."""
    models = (CoursePage, ModulePage, LessonPage, CasePage, Question, ActionCard, Role, SupportContact, MailText)
    return [model.objects.count() for model in (*models, CourseVersion)] + [
        lesson.revisions.count() for lesson in LessonPage.objects.order_by("pk")
    ]


@pytest.fixture
def folder(tmp_path):
    for name, value in raw(small_files()).items():
        (tmp_path / name).write_bytes(value)
    return tmp_path


def run(folder):
    out = StringIO()
    call_command("load_programme", str(folder), stdout=out)
    return out.getvalue()


def test_loading_makes_everything_and_publishes_the_first_version():
    by = a_user()

    report = load_programme(programme=a_small_programme(), by=by)

    assert +report.created == {
        "role": 7,
        "supportcontact": 6,
        "mailtext": 13,
        "coursepage": 1,
        "modulepage": 2,
        "lessonpage": 6,
        "casepage": 2,
        "actioncard": 7,
        "questions": 6,
    }
    assert +report.updated == {}
    assert (report.version.label, report.version.published_by) == ("1.0", by)
    assert [unit.key for unit in report.version.units.all()] == [
        "m1-law", "m1-myths", "m1-data", "m1-prevention", "m1-case", "m1-quiz",
        "refresher-changes", "refresher-checks", "refresher-case", "refresher-quiz",
    ]  # fmt: skip


def test_loading_again_changes_nothing():
    load()
    before = rows()

    report = load()

    assert not report.changed_anything
    assert rows() == before


def test_a_changed_text_updates_its_page_alone_and_publishes_nothing():
    load()
    files = small_files()
    files["m1.json"]["lessons"][0]["blocks"][0]["text"]["en"] = "Rewritten."
    files["m1.json"]["case"]["role_options"]["head"][0]["text"]["en"] = "Rewritten too."

    report = load(a_small_programme(files))

    assert (+report.created, +report.updated, report.version) == ({}, {"lessonpage": 1, "casepage": 1}, None)
    lesson = LessonPage.objects.get(key="m1-law")
    assert lesson.body[0].value["text"]["en"] == "Rewritten."
    assert lesson.revisions.count() == 2
    assert CourseVersion.objects.count() == 1


def test_contacts_and_mails_that_editors_keep_stay_theirs():
    SupportContact.objects.create(number="110", description_lv="Mūsu", description_en="Ours")
    MailText.objects.create(key="invitation", subject_lv="Mūsu", subject_en="Ours", body_lv="-", body_en="-")

    load()

    assert SupportContact.objects.get(number="110").description_en == "Ours"
    assert MailText.objects.get(key="invitation").subject_en == "Ours"


def test_a_page_an_editor_took_down_comes_back():
    load()
    LessonPage.objects.get(key="m1-law").unpublish()

    report = load()

    assert +report.updated == {"lessonpage": 1}
    assert LessonPage.objects.get(key="m1-law").live


def test_cards_name_their_contacts():
    load()

    card = ActionCard.objects.get(role__key="mpolice")

    assert [contact.number for contact in card.contacts.all()] == ["110", "112", "116111", "116006", "116000"]
    assert [step.value["step"] for step in card.steps] == ["notice", "listen", "report", "cooperate"]


def test_the_command_says_what_it_did_and_then_that_nothing_is_left_to_do(folder):
    first, second = run(folder), run(folder)

    assert "Created lessonpage: 6\n" in first
    assert "Published version 1.0: " in first
    assert second == "Nothing to do: everything is as the files say.\n"


def test_the_command_lists_every_problem_and_changes_nothing(folder):
    files = small_files()
    files["m1.json"]["title"]["en"] = ""
    files["bank.json"]["questions"][0]["lesson"] = "nowhere"
    for name, value in raw(files).items():
        (folder / name).write_bytes(value)

    with pytest.raises(CommandError) as refused:
        run(folder)

    assert (
        "m1.json: title.en is empty\nbank.json: M1-Q01: lesson names no lesson of the programme\n(2 problems)"
        in str(refused.value)
    )
    assert not CoursePage.objects.exists()


def test_a_version_that_cannot_be_published_takes_the_pages_with_it(monkeypatch):
    def unready(**_fields):
        raise RuntimeError("no")

    monkeypatch.setattr("courses.services.loading.publish_version", unready)

    with pytest.raises(RuntimeError):
        load()

    assert not CoursePage.objects.exists()
    assert not Role.objects.exists()


def test_the_shipped_programme_loads_with_honest_sums():
    run(FOLDER)

    version = CourseVersion.objects.get()
    units = list(version.units.all())
    assert version.full_minutes == sum(unit.minutes for unit in units if unit.path == "full")
    assert version.refresher_minutes == sum(unit.minutes for unit in units if unit.path == "refresher")
    assert version.academic_hours == round(version.full_minutes / 45, 1)
    assert {unit.kind for unit in units} == {"lesson", "case", "quiz"}
    assert version.certificate_terms["issuer"] == {"lv": "Demo novada pašvaldība", "en": "Demo municipality"}
