"""What a school, a designation, a visit or a published figure adds to a result, and the records that say so.

Whatever a result counts, its numerator and denominator are the sums of what the entries of its trace add to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from kpi_service.attainment_changes.change import PublishedRecord, Topic, pupil_sum
from kpi_service.facts.fact import Visit
from kpi_service.headships.vacancy import CountedSchool
from kpi_service.inspections.change import Change, GradedInspection, InspectedSchool
from kpi_service.leader_training.result import TrainedLeader
from kpi_service.measures.deployment_clock import ClockReading, CountedAs
from kpi_service.measures.school_count import MemberSchool
from kpi_service.official_files.file_year import FileYear
from kpi_service.trainees.count import TraineeFigure

NOTHING = Fraction(0)


class TracedKind(StrEnum):
    """What an entry is of: a school by its URN, a designation, one published figure of a school, an alliance's figure
    of a year, or a visit by its deployment and its day."""

    SCHOOL = "school"
    DESIGNATION = "designation"
    PUBLISHED_FIGURE = "published_figure"
    ALLIANCE_FIGURE = "alliance_figure"
    VISIT = "visit"


@dataclass(frozen=True)
class Adds:
    """What is added to a figure: to its numerator and denominator, or to its number where it is not a share."""

    numerator: Fraction = NOTHING
    denominator: Fraction = NOTHING


@dataclass(frozen=True)
class Record:
    """A record behind an entry: a `line` of the upload `upload_id`, or an `event` of a feed about `subject`. `on` is
    the day it is about, `value` what it says. `given_to` is the URN it was given to, and `via` are the URNs by which it
    came to the school from a predecessor."""

    upload_id: UUID | None = None
    line: int | None = None
    event: str | None = None
    subject: str | None = None
    on: date | None = None
    value: Fraction | None = None
    given_to: str | None = None
    via: tuple[str, ...] = ()


@dataclass(frozen=True)
class TraceEntry:
    """One thing behind a result, what it is counted as, and what it adds to the figure of the day and to that of the
    year before. `leader_id` is set where it says something of a person."""

    kind: TracedKind
    subject: str
    counted_as: str
    adds: Adds
    records: tuple[Record, ...]
    added_before: Adds = Adds()
    figure: str | None = None
    year: str | None = None
    leader_id: UUID | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What it is told from the others by, and listed in the order of."""
        given_to = next((record.given_to or "" for record in self.records), "")
        return (self.kind, self.subject, self.figure or "", self.year or "", given_to)


def trace_of_clocks(clocks: Iterable[ClockReading]) -> Iterator[TraceEntry]:
    """Designations: those within in numerator and denominator, those pending or excluded in neither."""
    in_neither = (CountedAs.PENDING, CountedAs.EXCLUDED)
    for clock in clocks:
        designation = str(clock.designation_id)
        records = [Record(event="designation-made", subject=designation, on=clock.designated_on)]
        if clock.deployment_id is not None:
            records.append(Record(event="deployment-begun", subject=str(clock.deployment_id), on=clock.first_day_on))
        if clock.withdrawn_on is not None:
            records.append(Record(event="designation-withdrawn", subject=designation, on=clock.withdrawn_on))
        yield TraceEntry(
            TracedKind.DESIGNATION,
            designation,
            clock.counted_as,
            _share(clock.counted_as is CountedAs.WITHIN, clock.counted_as not in in_neither),
            tuple(records),
            leader_id=clock.leader_id,
        )


def trace_of_members(schools: Iterable[MemberSchool]) -> Iterator[TraceEntry]:
    """Member schools, those included that have closed."""
    for school in schools:
        records = [Record(event="membership-began", subject=str(one)) for one in school.membership_ids]
        if school.closed_on is not None:
            records.append(Record(event="school-recorded", subject=school.urn, on=school.closed_on))
        counted_as = {
            (True, True): "in_both_years",
            (True, False): "on_the_day",
            (False, True): "a_year_before",
        }.get((school.is_counted, school.was_counted), "closed")
        yield TraceEntry(
            TracedKind.SCHOOL,
            school.urn,
            counted_as,
            Adds(Fraction(school.is_counted)),
            tuple(records),
            added_before=Adds(Fraction(school.was_counted)),
        )


def trace_of_inspected(schools: Iterable[InspectedSchool]) -> Iterator[TraceEntry]:
    """Schools by how their latest inspection stands to the one before."""
    for school in schools:
        is_pair = school.latest is not None and school.previous is not None
        yield TraceEntry(
            TracedKind.SCHOOL,
            school.urn,
            school.change,
            _share(school.change is Change.IMPROVED, is_pair),
            tuple(_read_on_a_line(graded) for graded in (school.latest, school.previous) if graded is not None),
        )


def trace_of_grades(schools: Iterable[InspectedSchool]) -> Iterator[TraceEntry]:
    """Schools by their latest grade; one that has none is in neither number."""
    counted_as = {True: "good_or_outstanding", False: "below_good", None: "not_inspected"}
    for school in schools:
        is_good, latest = school.grades.is_good, school.latest
        yield TraceEntry(
            TracedKind.SCHOOL,
            school.urn,
            counted_as[is_good],
            _share(is_good is True, is_good is not None),
            () if latest is None else (_read_on_a_line(latest),),
        )


def trace_of_published(topic: Topic, records: Iterable[PublishedRecord], year: FileYear) -> Iterator[TraceEntry]:
    """Published figures: each adds its pupils, and how many of them reached it or the points of all of them."""
    for record in records:
        if record.figure not in topic.figures:
            continue
        summed = pupil_sum(topic.unit, record.value, record.pupils)
        adds = Adds(summed.numerator, Fraction(summed.pupils)) if record.is_counted else Adds()
        is_latest = record.year == year
        yield TraceEntry(
            TracedKind.PUBLISHED_FIGURE,
            record.urn,
            _counted(record.is_counted),
            adds if is_latest else Adds(),
            (
                Record(
                    upload_id=record.upload_id,
                    line=record.line,
                    on=record.year.last_day,
                    value=record.value,
                    given_to=record.given_to,
                    via=record.via,
                ),
            ),
            added_before=Adds() if is_latest else adds,
            figure=record.figure,
            year=str(record.year),
        )


def trace_of_trainees(figures: Iterable[TraineeFigure], year: FileYear) -> Iterator[TraceEntry]:
    """An alliance's figure of a year, with the line it was handed in on or the programme runs it was added up over."""
    for figure in figures:
        adds = Adds(Fraction(figure.counted), Fraction(figure.people or 0))
        is_latest = figure.year == year
        records = [
            Record(event="programme-run-counted", subject=str(run), on=figure.year.last_day)
            for run in figure.programme_run_ids
        ]
        if figure.upload_id is not None:
            records.append(
                Record(
                    upload_id=figure.upload_id,
                    line=figure.line,
                    on=figure.year.last_day,
                    value=Fraction(figure.counted),
                )
            )
        yield TraceEntry(
            TracedKind.ALLIANCE_FIGURE,
            str(figure.year),
            "handed_in" if figure.upload_id is not None else "added_up",
            adds if is_latest else Adds(),
            tuple(records),
            added_before=Adds() if is_latest else adds,
            year=str(figure.year),
        )


def trace_of_headships(schools: Iterable[CountedSchool]) -> Iterator[TraceEntry]:
    """Schools whose headship was counted; those not counted in both years are in neither rate."""
    for school in schools:
        counts = (school.latest, school.previous)
        adds, added_before = (
            _share(count.is_vacant, True) if count is not None and school.is_counted else Adds() for count in counts
        )
        yield TraceEntry(
            TracedKind.SCHOOL,
            school.urn,
            _counted(school.is_counted),
            adds,
            tuple(
                Record(
                    upload_id=count.upload_id,
                    line=count.line,
                    on=count.counted_on,
                    value=Fraction(count.is_vacant),
                    given_to=count.given_to,
                )
                for count in counts
                if count is not None
            ),
            added_before=added_before,
        )


def trace_of_trained(leaders: Iterable[TrainedLeader]) -> Iterator[TraceEntry]:
    """Designations of leaders who were trained."""
    for leader in leaders:
        designation = str(leader.designation_id)
        yield TraceEntry(
            TracedKind.DESIGNATION,
            designation,
            "trained",
            Adds(Fraction(1)),
            (
                Record(event="designation-made", subject=designation, on=leader.designated_on),
                Record(event="designation-trained", subject=designation, on=leader.trained_on),
            ),
            leader_id=leader.leader_id,
        )


def trace_of_visits(visits: Iterable[Visit], year: FileYear) -> Iterator[TraceEntry]:
    """Visits of the year, and of the one before: each adds the days it took."""
    for visit in visits:
        adds, of = Adds(Fraction(visit.days)), FileYear.having(visit.visited_on)
        yield TraceEntry(
            TracedKind.VISIT,
            f"{visit.deployment_id} {visit.visited_on}",
            "counted",
            adds if of == year else Adds(),
            (
                Record(
                    event="visit-recorded",
                    subject=str(visit.deployment_id),
                    on=visit.visited_on,
                    value=Fraction(visit.days),
                ),
            ),
            added_before=Adds() if of == year else adds,
            year=str(of),
            leader_id=visit.leader_id,
        )


def _read_on_a_line(graded: GradedInspection) -> Record:
    return Record(
        upload_id=graded.upload_id,
        line=graded.line,
        on=graded.inspected_on,
        value=Fraction(graded.grade),
        given_to=graded.urn,
        via=graded.via,
    )


def _share(in_numerator: bool, in_denominator: bool) -> Adds:
    return Adds(Fraction(in_numerator), Fraction(in_denominator))


def _counted(is_counted: bool) -> str:
    return "counted" if is_counted else "not_counted"
