"""Reads calendar files with the package `icalendar` and compares them with what they should say.

    check.py DIRECTORY

The directory holds `cases.json`, a list of what each file is expected to say, and the files. The zone of a file is understood from
its own VTIMEZONE alone, as a calendar does that has never heard of the zone.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from icalendar import Calendar

MOST_OCTETS = 75


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def check_lines(raw):
    """The rules about lines that parsers forgive."""
    assert raw.endswith(b"\r\n"), "the last line has no end"
    for line in raw.split(b"\r\n"):
        assert b"\r" not in line and b"\n" not in line, f"a bare line break in {line!r}"
        assert len(line) <= MOST_OCTETS, f"{len(line)} octets in {line!r}"
        line.decode("utf-8")


def as_utc(property_, zone):
    """What a local time of the file means by the zone of the file."""
    assert property_.params["TZID"] == zone.name, "the time is in another zone"
    local = property_.dt.replace(tzinfo=None)
    return local.replace(tzinfo=zone.tz).astimezone(timezone.utc)


class Zone:
    def __init__(self, component):
        self.name = str(component["TZID"])
        self.tz = component.to_tz(lookup_tzid=False)


def check(raw, expected):
    check_lines(raw)
    calendar = Calendar.from_ical(raw)
    assert not calendar.errors, calendar.errors
    assert str(calendar["VERSION"]) == "2.0"
    assert str(calendar["METHOD"]) == expected["method"]
    (event,) = calendar.walk("VEVENT")
    assert not event.errors, event.errors
    (component,) = calendar.walk("VTIMEZONE")
    zone = Zone(component)

    start = as_utc(event["DTSTART"], zone)
    assert start == instant(expected["start"]), f"begins at {start}"
    if "DTEND" in event:
        assert "DURATION" not in event
        end = as_utc(event["DTEND"], zone)
    else:
        duration = event["DURATION"].dt
        assert duration > timedelta(0)
        end = start + duration
    assert end == instant(expected["end"]), f"ends at {end}"

    for name in ["uid", "status", "summary", "location", "description", "url"]:
        assert str(event[name.upper()]) == expected[name], f"{name}: {event[name.upper()]!r}"
    assert int(event["SEQUENCE"]) == expected["sequence"]
    for name in ["DTSTAMP", "CREATED", "LAST-MODIFIED"]:
        assert event[name].dt.tzinfo is not None, f"{name} is not in UTC"
    assert str(event["ORGANIZER"]) == expected["organizer"]
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    found = [[str(attendee), str(attendee.params["CN"])] for attendee in attendees]
    assert found == expected["attendees"], found


def main(directory):
    cases = json.loads((directory / "cases.json").read_text(encoding="utf-8"))
    wrong = 0
    for case in cases:
        raw = (directory / case["file"]).read_bytes()
        try:
            check(raw, case)
        except Exception as error:  # noqa: BLE001: whatever is wrong, the next file is checked too
            wrong += 1
            print(f"{case['file']}: {type(error).__name__}: {error}\n{raw.decode('utf-8', 'replace')}")
    print(f"{len(cases)} calendar files, {wrong} wrong")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
