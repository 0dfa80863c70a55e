"""Calendar files: one entry, escaped, folded and replaceable."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from learning.calendars import Event, ics

SESSION = Event(
    uid="1@kopa.test",
    title="Grupas nodarbība; pirmā, daļa",
    starts=datetime(2026, 12, 1, 8, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 10, tzinfo=UTC),
    made_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
    place="Rīgas iela 1",
)


def lines_of(event: Event) -> list[str]:
    return ics(event).decode().replace("\r\n ", "").split("\r\n")


def test_an_event_has_its_moments_in_utc_and_its_text_escaped():
    assert lines_of(SESSION) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kopa//Training//LV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:1@kopa.test",
        "SEQUENCE:0",
        "DTSTAMP:20261124T120000Z",
        "DTSTART:20261201T080000Z",
        "DTEND:20261201T100000Z",
        "SUMMARY:Grupas nodarbība\\; pirmā\\, daļa",
        "LOCATION:Rīgas iela 1",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_due_date_lasts_the_whole_day():
    due = replace(SESSION, starts=date(2026, 12, 31), ends=date(2026, 12, 31))

    assert [line for line in lines_of(due) if line.startswith("DT")][1:] == [
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
    ]


def test_a_cancelled_event_takes_itself_out():
    lines = lines_of(replace(SESSION, is_cancelled=True, sequence=2))

    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2"} <= set(lines)


@given(st.text())
def test_no_text_begins_a_line_of_its_own_and_no_line_is_too_long(text):
    file = ics(replace(SESSION, title=text, place=text, description=text, url=text))

    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    names = [
        line.partition(":")[0].partition(";")[0] for line in lines_of(replace(SESSION, description=text, url=text))
    ]
    assert names.count("BEGIN") == names.count("END") == 2
    assert set(names) <= {
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
        "LOCATION", "DESCRIPTION", "URL", "STATUS", "END", "",
    }  # fmt: skip
