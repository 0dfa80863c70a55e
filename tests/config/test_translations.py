"""Latvian is complete: no text in the code without it, none left over, none with a placeholder of its own."""

import polib
import pytest

from config import translations
from config.translations import Text


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("_('One')", [Text("One")]),
        ("gettext_lazy('Two' ' joined')", [Text("Two joined")]),
        ("ngettext('%(n)s unit', '%(n)s units', n)", [Text("%(n)s unit", "%(n)s units")]),
        ("pgettext('verb', 'Open')", [Text("Open", context="verb")]),
        ("_(variable)", []),
    ],
)
def test_texts_are_found_in_python(source, texts):
    assert list(translations.texts_in_python(source)) == texts


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("{% translate 'One' %}", [Text("One")]),
        ('{% include "x.html" with title=_("Say \\"two\\"") %}', [Text('Say "two"')]),
        ("{% blocktranslate trimmed %}\n  A  \n  B {{ c }}\n{% endblocktranslate %}", [Text("A B %(c)s")]),
        (
            "{% blocktranslate count n=a|length %}{{ n }} unit{% plural %}{{ n }} units{% endblocktranslate %}",
            [Text("%(n)s unit", "%(n)s units")],
        ),
        ("<p>Bare</p>{# translate 'comment' #}", []),
    ],
)
def test_texts_are_found_in_templates(source, texts):
    assert list(translations.texts_in_template(source)) == texts


def test_words_borrowed_from_other_packages_are_wanted_only_when_they_lack_latvian(monkeypatch):
    monkeypatch.setattr(translations, "_catalogue_of", lambda package: set())

    borrowed = {text.singular for text in translations.wanted()}

    assert {"This field is required.", "Incorrect code."} <= borrowed


def test_latvian_is_complete():
    assert translations.problems(translations.read()) == []


def test_a_catalogue_with_gaps_says_which():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="No such text", msgstr="Nav"))
    catalogue.append(polib.POEntry(msgid="%(n)s of %(total)s", msgstr="%(n)s"))

    found = translations.problems(catalogue)

    assert "no longer used: 'No such text'" in found
    assert "placeholders missing: '%(n)s of %(total)s'" in found
    assert "django.mo is older than django.po" in found
    assert "not in the catalogue: 'Where to get support'" in found
