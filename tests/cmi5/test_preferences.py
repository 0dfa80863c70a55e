"""The learner preferences document: cmi5 section 11."""

import pytest

from runtime.cmi5 import preferences
from runtime.cmi5.rules import Refused

GOOD = {"languagePreference": "en-US,fr-FR,fr-BE", "audioPreference": "on"}


@pytest.mark.parametrize("change", [{}, {"languagePreference": "lv"}, {"audioPreference": "off"}, {"more": 1}])
def test_11_both_preferences_make_a_document(change):
    preferences.check({**GOOD, **change})


@pytest.mark.parametrize(
    ("section", "document"),
    [
        ("11", "just some text"),
        ("11", None),
        ("11.1", {"audioPreference": "on"}),
        ("11.1", {**GOOD, "languagePreference": ""}),
        ("11.1", {**GOOD, "languagePreference": "not comma separated"}),
        ("11.1", {**GOOD, "languagePreference": "lv,,en"}),
        ("11.1", {**GOOD, "languagePreference": ["lv"]}),
        ("11.2", {"languagePreference": "lv"}),
        ("11.2", {**GOOD, "audioPreference": "loud"}),
    ],
)
def test_11_a_bad_document_is_refused(section, document):
    with pytest.raises(Refused) as refused:
        preferences.check(document)

    assert refused.value.section == section
