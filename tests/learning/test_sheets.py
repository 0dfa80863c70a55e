"""A lesson's sheet is shared by its readers; nothing of one may reach another."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from cms import frame
from cms.models import SupportContact
from learning.errors import NothingToRenew
from learning.records.views import sheet
from learning.services import save_check
from tests.factories import a_unit, a_user, a_version, an_enrolment

pytestmark = pytest.mark.django_db

CHECK = {
    "type": "check",
    "kind": "single",
    "question": "Ko dari?",
    "options": [{"text": "Ziņoju", "correct": True}, {"text": "Gaidu", "correct": False}],
    "why": "Ziņo nekavējoties.",
}


@pytest.fixture
def lesson():
    version = a_version()
    return a_unit(version.modules.get(), "checked", body=[{"type": "paragraph", "text": "Teksts"}, CHECK])


def opened(client, user, study, unit) -> str:
    client.force_login(user)
    return client.get(reverse("learning:unit", args=[study.number, unit.key])).content.decode()


def test_two_readers_of_one_sheet_get_their_own_addresses_and_tokens(client, lesson):
    ilze, andris = a_user(), a_user()
    hers, his = an_enrolment(ilze, lesson.version), an_enrolment(andris, lesson.version)

    first, second = opened(client, ilze, hers, lesson), opened(client, andris, his, lesson)

    assert sheet.sheet_of.cache_info().hits == 1
    assert (str(hers.number) in first, str(his.number) in first) == (True, False)
    assert (str(hers.number) in second, str(his.number) in second) == (False, True)
    for page in (first, second):
        assert str(sheet.ANY_STUDY) not in page
        assert sheet.ANY_TOKEN not in page
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert len(tokens) == 3  # The check, going on, the language.
        assert all(len(token) == 64 for token in tokens)


def test_an_answer_is_shown_to_its_own_reader_alone(client, lesson):
    ilze, andris = a_user(), a_user()
    hers, his = an_enrolment(ilze, lesson.version), an_enrolment(andris, lesson.version)
    opened(client, andris, his, lesson)
    opened(client, ilze, hers, lesson)
    save_check(enrolment=hers, unit=lesson, block=1, chosen=[0], sequence=1, at=hers.enrolled_at)

    answered, untouched = opened(client, ilze, hers, lesson), opened(client, andris, his, lesson)

    assert ("Ziņo nekavējoties." in answered, "Ziņo nekavējoties." in untouched) == (True, False)


def test_a_changed_support_contact_reaches_sheets_already_drawn(client, lesson):
    ilze = a_user()
    study = an_enrolment(ilze, lesson.version)
    opened(client, ilze, study, lesson)

    SupportContact.objects.create(number="116 777", description_lv="Jauns tālrunis", description_en="New line")

    frame.forget()  # As after the commit, or a minute later in another process.
    assert "Jauns tālrunis" in opened(client, ilze, study, lesson)


def test_a_message_waiting_is_shown_once(client, lesson):
    ilze = a_user()
    study = an_enrolment(ilze, lesson.version)
    client.force_login(ilze)
    client.post(reverse("learning:renew", args=[lesson.version.course.key]))

    pages = [opened(client, ilze, study, lesson) for _ in range(2)]

    with override("lv"):
        words = str(NothingToRenew.message)
    assert [words in page for page in pages] == [True, False]


def test_nothing_kept_is_shared_between_roles_languages_or_progress(lesson):
    base = {
        "version_id": 1,
        "path": "full",
        "unit_key": "checked",
        "language": "lv",
        "role": "teacher",
        "done": (),
        "stopped_at": 0,
        "is_done": False,
        "is_open": True,
    }
    others = {
        "version_id": 2,
        "path": "delta",
        "unit_key": "other",
        "language": "en",
        "role": "head",
        "done": (1,),
        "stopped_at": 2,
        "is_done": True,
        "is_open": False,
        "answers": (sheet.Answer(1, (0,), 1),),
        "unanswered": 1,
    }

    assert set(others) == set(sheet.Reading.__slots__)
    assert all(sheet.Reading(**base) != sheet.Reading(**{**base, name: value}) for name, value in others.items())
