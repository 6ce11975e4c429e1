"""A milestone's date, which keeps the words it was written in and says which days those words can mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.term_calendar import Festival, Half, Span, Term, TermCalendar, festival_days


class DateKind(StrEnum):
    """What sort of words a date is written in. `unread` are words kept whose meaning nobody has yet said."""

    DAY = "day"
    MONTH = "month"
    MONTH_RANGE = "month_range"
    TERM = "term"
    HALF_TERM = "half_term"
    FESTIVAL = "festival"
    ACADEMIC_YEAR = "academic_year"
    ONGOING = "ongoing"
    TBC = "tbc"
    UNREAD = "unread"


@dataclass(frozen=True)
class MilestoneDate:
    """One date of a plan.

    `text` is exactly what was written. `earliest` and `latest` are the first and last day it can mean, both or
    neither: `ongoing`, `tbc` and `unread` have none. `inferred` says that the year was not written and is the plan's.
    `waits_for` is what a `tbc` date waits for, where the writer said so.
    """

    text: str
    kind: DateKind
    earliest: date | None = None
    latest: date | None = None
    inferred: bool = False
    waits_for: str | None = None

    def __post_init__(self) -> None:
        if (self.earliest is None) != (self.latest is None):
            raise ValueError("a date has both an earliest and a latest day, or neither")
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError("a date's earliest day is not after its latest")

    def __str__(self) -> str:
        return self.text

    def is_outside(self, year: AcademicYear) -> bool:
        """Whether no day that the date can mean falls in `year`. A date without days is outside no year."""
        if self.earliest is None or self.latest is None:
            return False
        return self.latest < year.starts_on or self.earliest > year.ends_on


def read_milestone_date(text: str, year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    """Read one date, whatever it says: never raises, and the value's `text` is the text given.

    A year that is not written is taken from the plan's `year` and marked `inferred`. What is not one date of a kind
    known here is `unread`. Days are read in the English order, day before month. Source: the dates of the 2014/15
    plan.
    """
    values = _read_line(text, year, calendar)
    if values is None or len(values) != 1:
        return MilestoneDate(text, DateKind.UNREAD)
    return replace(values[0], text=text)


def read_milestone_dates(text: str, year: AcademicYear, calendar: TermCalendar) -> tuple[MilestoneDate, ...]:
    """Read a cell of dates into its values, as written: `October 2014 On-going` is two, `May/June 2015` is one.

    Each line of the cell is split by itself, and only where every word of it is read as part of some date; otherwise
    the line stays whole as one `unread` value. Never raises; what lies between the values is only blanks, commas,
    semicolons and full stops. A blank cell has no dates.
    """
    values: list[MilestoneDate] = []
    for line in text.splitlines():
        read = _read_line(line, year, calendar)
        values += [MilestoneDate(line.strip(), DateKind.UNREAD)] if read is None else read
    return tuple(values)


def dates_seen_in(text: str, year: AcademicYear, calendar: TermCalendar) -> tuple[MilestoneDate, ...]:
    """The dates that can be made out in words which as a whole are `unread`: what can be proposed to a person."""
    values: list[MilestoneDate] = []
    position = 0
    while position < len(text):
        value = _read_at(text, position, year, calendar)
        if value is None:
            position += 1
            continue
        values.append(value)
        position += len(value.text)
    return tuple(values)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?)(?![a-z])"
)
_YEAR_FIGURES = r"(?:(?:19|20)\d\d|['’]\d\d)(?!\d)"
_YEAR = rf"{_YEAR_FIGURES}(?!/)"
_ACADEMIC = r"(?:19|20)\d\d\s?[/–-]\s?(?:19|20)?\d\d(?![\d/–-])"
_TERMS = r"(?P<term>autumn|spring|summer)"
_TERM_YEAR = rf"(?:\s+(?:(?P<academic>{_ACADEMIC})|(?P<year>{_YEAR})))?"
_FIRST_MONTHS = {Term.AUTUMN: 9, Term.SPRING: 1, Term.SUMMER: 4}
_HOLIDAY_MONTHS = {"october": Term.AUTUMN, "february": Term.SPRING, "may": Term.SUMMER}
_JOINED = r"\s*(?:/|-|–|\bto\b)\s*"

_Reader = Callable[[re.Match[str], AcademicYear, TermCalendar], MilestoneDate | None]


def _read_line(line: str, year: AcademicYear, calendar: TermCalendar) -> list[MilestoneDate] | None:
    values: list[MilestoneDate] = []
    position = 0
    while position < len(line):
        if line[position].isspace() or line[position] in ",;.":
            position += 1
            continue
        value = _read_at(line, position, year, calendar)
        if value is None:
            return None
        values.append(value)
        position += len(value.text)
    return values


def _read_at(text: str, position: int, year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    for pattern, read in _GRAMMAR:
        written = pattern.match(text, position)
        if written and (value := read(written, year, calendar)):
            return value
    return None


def _tbc(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    return MilestoneDate(written[0], DateKind.TBC, waits_for=written["waits_for"])


def _ongoing(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    return MilestoneDate(written[0], DateKind.ONGOING)


def _iso_day(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    return _day(written, int(written["year"]), int(written["month"]), inferred=False)


def _figures_day(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    return _day(written, _century(written["year"]), int(written["month"]), inferred=False)


def _named_day(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    month = _month_number(written["month"])
    return _day(written, _year_of(written["year"], month, year), month, inferred=written["year"] is None)


def _day(written: re.Match[str], calendar_year: int, month: int, *, inferred: bool) -> MilestoneDate | None:
    try:
        day = date(calendar_year, month, int(written["day"]))
    except ValueError:
        return None
    return MilestoneDate(written[0], DateKind.DAY, day, day, inferred)


def _month(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    month = _month_number(written["month"])
    days = _days_of_month(_year_of(written["year"], month, year), month)
    return MilestoneDate(written[0], DateKind.MONTH, days.earliest, days.latest, inferred=written["year"] is None)


def _month_range(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    first, last = _month_number(written["first"]), _month_number(written["last"])
    last_year = _year_of(written["last_year"], last, year)
    if written["first_year"] is None:
        # `Dec/Jan 2015` writes one year for both: the months run on within one academic year, or the range is not read.
        first_year = AcademicYear.having(last, last_year).calendar_year_of(first)
        first_year = last_year if first <= last else first_year
    else:
        first_year = _century(written["first_year"])
    earliest, latest = _days_of_month(first_year, first).earliest, _days_of_month(last_year, last).latest
    if earliest > latest:
        return None
    inferred = written["last_year"] is None
    if inferred and earliest < year.starts_on:
        return None
    return MilestoneDate(written[0], DateKind.MONTH_RANGE, earliest, latest, inferred)


def _academic_year(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    years = AcademicYear.all_in(written[0])
    return MilestoneDate(written[0], DateKind.ACADEMIC_YEAR, years[0].starts_on, years[0].ends_on) if years else None


def _this_year(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    return MilestoneDate(written[0], DateKind.ACADEMIC_YEAR, year.starts_on, year.ends_on, inferred=True)


def _term(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    term = Term(written["term"].lower())
    held_in = _academic_year_of(written, _FIRST_MONTHS[term], year)
    return _spanned(written, DateKind.TERM, calendar.of(held_in).term(term)) if held_in else None


def _half_term(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    term = Term(written["term"].lower())
    half = Half.FIRST if written["half"].lower() in ("1", "first", "1st") else Half.SECOND
    held_in = _academic_year_of(written, _FIRST_MONTHS[term], year)
    return _spanned(written, DateKind.HALF_TERM, calendar.of(held_in).half_term(term, half)) if held_in else None


def _half_term_holiday(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    word = written["term"].lower()
    term = _HOLIDAY_MONTHS.get(word) or Term(word)
    held_in = _academic_year_of(written, _FIRST_MONTHS[term], year)
    return _spanned(written, DateKind.HALF_TERM, calendar.of(held_in).half_term_holiday(term)) if held_in else None


def _festival(written: re.Match[str], year: AcademicYear, calendar: TermCalendar) -> MilestoneDate | None:
    festival = Festival(written["festival"].lower())
    held_in = _academic_year_of(written, 12 if festival is Festival.CHRISTMAS else 4, year)
    return _spanned(written, DateKind.FESTIVAL, festival_days(festival, held_in)) if held_in else None


def _spanned(written: re.Match[str], kind: DateKind, days: Span) -> MilestoneDate:
    inferred = written["academic"] is None and written["year"] is None
    return MilestoneDate(written[0], kind, days.earliest, days.latest, inferred)


def _academic_year_of(written: re.Match[str], month: int, plan_year: AcademicYear) -> AcademicYear | None:
    """The academic year named, the plan's where none is, nothing where it cannot be one (`2014/17`)."""
    if written["academic"] is not None:
        years = AcademicYear.all_in(written["academic"])
        return years[0] if years else None
    return AcademicYear.having(month, _century(written["year"])) if written["year"] else plan_year


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _century(written_year: str) -> int:
    digits = written_year.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _year_of(written_year: str | None, month: int, plan_year: AcademicYear) -> int:
    return plan_year.calendar_year_of(month) if written_year is None else _century(written_year)


def _days_of_month(calendar_year: int, month: int) -> Span:
    next_month = date(calendar_year + month // 12, month % 12 + 1, 1)
    return Span(date(calendar_year, month, 1), next_month - timedelta(days=1))


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE | re.ASCII)


# A month that is followed by bare figures is left alone: `May 14 June 2015` may be two days or a month and a day.
_NO_YEAR_BUT_NO_FIGURES = r"(?!\s*['’\d])"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\s+)?"
_GRAMMAR: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(
            r"(?<!\w)(?:TBC|TBA|to be (?:confirmed|agreed|arranged))(?!\w)"
            r"(?:\s*\(\s*(?:awaiting|waiting for|pending|subject to)?\s*:?\s*(?P<waits_for>[^()\n]*[^()\s])\s*\))?",
            re.IGNORECASE,
        ),
        _tbc,
    ),
    (_pattern(r"on[\s–-]?going"), _ongoing),
    (_pattern(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!-)"), _iso_day),
    (_pattern(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>(?:19|20)?\d\d)(?!/)"), _figures_day),
    (
        _pattern(
            rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
            rf"(?:,?\s+(?P<year>{_YEAR})|{_NO_YEAR_BUT_NO_FIGURES})"
        ),
        _named_day,
    ),
    (
        _pattern(
            rf"(?P<first>{_MONTH})(?:\s+(?P<first_year>{_YEAR_FIGURES}))?{_JOINED}"
            rf"(?P<last>{_MONTH})(?:\s+(?P<last_year>{_YEAR})|{_NO_YEAR_BUT_NO_FIGURES})"
        ),
        _month_range,
    ),
    (_pattern(rf"(?:academic year\s+)?{_ACADEMIC}(?:\s+academic year)?"), _academic_year),
    (_pattern(r"(?:throughout the|all|whole|this)(?: academic)? year"), _this_year),
    (_pattern(rf"{_TERMS}\s+(?:half[\s-]?)?(?:term\s+)?(?P<half>[12]){_TERM_YEAR}(?!\s*{_MONTH})"), _half_term),
    (
        _pattern(rf"(?P<half>first|second|1st|2nd) half of(?: the)? {_TERMS} term{_TERM_YEAR}"),
        _half_term,
    ),
    (
        _pattern(rf"(?P<term>autumn|spring|summer|october|february|may)\s+half[\s-]?term{_TERM_YEAR}"),
        _half_term_holiday,
    ),
    (_pattern(rf"{_TERMS}(?:\s+term)?{_TERM_YEAR}{_NO_YEAR_BUT_NO_FIGURES}"), _term),
    (_pattern(rf"(?P<festival>christmas|easter|whitsun){_TERM_YEAR}{_NO_YEAR_BUT_NO_FIGURES}"), _festival),
    (_pattern(rf"(?P<month>{_MONTH})(?:\s+(?P<year>{_YEAR})|{_NO_YEAR_BUT_NO_FIGURES})"), _month),
)
