from datetime import date

import pytest

from certificates.paper import paper
from tests.certificates.factories import a_snapshot


def fact(label: str, **facts) -> str:
    return " / ".join(dict(paper(a_snapshot(**facts)).facts)[label])


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [
        (45, "1 akadēmiskā stunda"),
        (90, "2 akadēmiskās stundas"),
        (450, "10 akadēmisko stundu"),
        (495, "11 akadēmisko stundu"),
        (945, "21 akadēmiskā stunda"),
        (20, "0,4 akadēmiskās stundas"),
        (268, "6 akadēmiskās stundas"),
    ],
)
def test_hours_agree_with_their_number_in_latvian(minutes, hours):
    assert fact("Apjoms", minutes=minutes) == f"{hours} (1 stunda = 45 min, kopā {minutes} min)"


@pytest.mark.parametrize(
    ("minutes", "hours"), [(45, "1 academic hour"), (270, "6 academic hours"), (20, "0.4 academic hours")]
)
def test_hours_agree_with_their_number_in_english(minutes, hours):
    assert fact("Amount", language="en", minutes=minutes) == f"{hours} (1 hour = 45 min, {minutes} min in all)"


def test_a_programme_of_one_day_has_one_date():
    assert fact("Mācību laiks", studied_from=date(2026, 11, 23)) == "23.11.2026."
    assert fact("Period of study", language="en") == "5 October 2026 – 23 November 2026"


def test_what_is_not_known_is_left_out():
    bare = paper(
        a_snapshot(
            approval="",
            form="",
            replaces="",
            validity_basis="",
            valid_until=None,
            issuer_registration_number="",
            issuer_contact="",
            signatory="",
            signatory_post="",
        )
    )

    assert bare.facts == (
        ("Programmas versija", ("1.0 (spēkā no 01.09.2026.)",)),
        ("Apjoms", ("6 akadēmiskās stundas (1 stunda = 45 min, kopā 270 min)",)),
        ("Mācību laiks", ("05.10.2026.–23.11.2026.",)),
        ("Programma apgūta", ("23.11.2026.",)),
        ("Izsniegšanas datums", ("24.11.2026.",)),
        ("Derīgs līdz", ("Bez termiņa",)),
        ("Izsniedzējs", ("Demo novada pašvaldība",)),
    )


def test_a_certificate_that_begins_later_says_when():
    assert fact("Derīgs no", valid_from=date(2026, 12, 31)) == "31.12.2026."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("full", "Par mācību programmas apguvi"),
        ("refresher", "Par mācību programmas atkārtojuma apguvi"),
        ("delta", "Par mācību programmas izmaiņu apguvi"),
    ],
)
def test_the_paper_says_whether_it_was_the_whole_programme(path, words):
    assert paper(a_snapshot(path=path)).for_programme == words
