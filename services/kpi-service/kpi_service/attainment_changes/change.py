"""Attainment and the gap in it, this year and the year before: added up over pupils, never averaged over schools."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

from kpi_service.definitions.kpi_definition import Disaggregation, KpiTerms, Measure
from kpi_service.measures.interval import Estimate, wilson
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.official_files.attainment import Figure, Unit
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.result_id import ResultPart

COUNTING_RULE = (
    "the schools that are members on the day, with the figures of both academic years across the URNs they have had: a "
    "school that lacks one is left out of both, and a figure that two schools inherited counts once"
)


@dataclass(frozen=True)
class Topic:
    """What is compared with the year before: a published figure, or the gap by which `behind` trails the main one."""

    measure: Measure
    key_stage: Disaggregation
    name: str
    unit: Unit
    figure: Figure
    behind: Figure | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The published figures it is made of."""
        return (self.figure,) if self.behind is None else (self.figure, self.behind)

    @property
    def part(self) -> ResultPart:
        """The part of a KPI that it is."""
        return ResultPart(self.key_stage, self.name)


_ATTAINMENT, _GAP = Measure.ATTAINMENT_CHANGE, Measure.ATTAINMENT_GAP_CHANGE
_KS2, _KS4, _KS5 = Disaggregation.KEY_STAGE_2, Disaggregation.KEY_STAGE_4, Disaggregation.KEY_STAGE_5
_PERCENT, _POINTS = Unit.PERCENT, Unit.POINTS
TOPICS: Sequence[Topic] = (
    Topic(_ATTAINMENT, _KS2, "rwm_expected", _PERCENT, Figure.RWM_EXPECTED),
    Topic(_ATTAINMENT, _KS4, "attainment_8", _POINTS, Figure.ATTAINMENT_8),
    Topic(_ATTAINMENT, _KS4, "basics_9_4", _PERCENT, Figure.BASICS_9_4),
    Topic(_ATTAINMENT, _KS5, "a_level_points", _POINTS, Figure.A_LEVEL_POINTS),
    Topic(_GAP, _KS2, "rwm_expected", _PERCENT, Figure.RWM_EXPECTED_OTHERS, Figure.RWM_EXPECTED_DISADVANTAGED),
    Topic(_GAP, _KS4, "attainment_8", _POINTS, Figure.ATTAINMENT_8_OTHERS, Figure.ATTAINMENT_8_DISADVANTAGED),
    Topic(_GAP, _KS5, "a_level_points", _POINTS, Figure.A_LEVEL_POINTS_OTHERS, Figure.A_LEVEL_POINTS_DISADVANTAGED),
)
"""Every figure whose change is a KPI, in the order of the key stages. Source: KPI A4, A5, B1a, B1b."""


def topics_of(terms: KpiTerms) -> Sequence[Topic]:
    """Those that a definition counts."""
    return [topic for topic in TOPICS if topic.measure is terms.measure and topic.key_stage in terms.disaggregations]


@dataclass(frozen=True)
class PupilSum:
    """A figure over pupils: `numerator` pupils who reached it, or points of all of them, of `pupils`."""

    numerator: Fraction
    pupils: int

    @classmethod
    def of(cls, unit: Unit, weighted: Fraction, pupils: int) -> "PupilSum":
        """Published figures that were added up, each weighted by its pupils."""
        numerator = Fraction(weighted.numerator, 100 * weighted.denominator) if unit is _PERCENT else weighted
        return cls(numerator, pupils)

    def value(self, unit: Unit) -> Fraction:
        """The percentage of pupils, or the points a pupil. Exact."""
        times = 100 if unit is _PERCENT else 1
        return Fraction(times * self.numerator.numerator, self.numerator.denominator * self.pupils)


def pupil_sum(unit: Unit, value: Fraction, pupils: int) -> PupilSum:
    """What a published figure says of its pupils together: 45 per cent of 40 are 18 of them."""
    return PupilSum.of(unit, value * pupils, pupils)


@dataclass(frozen=True)
class TopicSums:
    """What a topic's figures add up to in each of the two years. A year without a school has none."""

    topic: Topic
    sums: Mapping[tuple[Figure, FileYear], PupilSum]
    year: FileYear

    @property
    def values(self) -> YearOnYear:
        """The figure, or the gap: by how much the others are ahead of the disadvantaged."""
        return YearOnYear(self._value(self.year), self._value(self.year.before))

    @property
    def year_on_year(self) -> YearOnYear:
        """The same with intervals. A percentage of pupils has one; points have none, since how far apart pupils lie is
        not published."""
        now, before = self._estimate(self.year), self._estimate(self.year.before)
        return replace(self.values, estimates=None if now is None or before is None else (now, before))

    def _value(self, year: FileYear) -> Fraction | None:
        found = [self.sums.get((figure, year)) for figure in self.topic.figures]
        values = [part.value(self.topic.unit) for part in found if part is not None]
        if len(values) < len(found):
            return None
        return values[0] if self.topic.behind is None else values[0] - values[1]

    def _estimate(self, year: FileYear) -> Estimate | None:
        if self.topic.unit is not _PERCENT:
            return None
        found = [self.sums.get((figure, year)) for figure in self.topic.figures]
        estimates = [wilson(part.numerator / part.pupils, part.pupils) for part in found if part is not None]
        if len(estimates) < len(found):
            return None
        return estimates[0] if self.topic.behind is None else estimates[0] - estimates[1]


@dataclass(frozen=True)
class PublishedRecord:
    """A published figure of a school behind a result: the URN it was given to, the file and line it was read from, and
    the URNs by which it came to the school. `is_counted` says whether it is in the sums: not where the school lacks a
    figure in one of the years, nor where another school of the result brought the same one."""

    urn: str
    given_to: str
    via: tuple[str, ...]
    figure: Figure
    year: FileYear
    value: Fraction
    pupils: int
    upload_id: UUID
    line: int
    is_counted: bool


def add_up(topic: Topic, records: Iterable[PublishedRecord], year: FileYear) -> TopicSums:
    """Numerators and denominators added over the records that count."""
    sums: dict[tuple[Figure, FileYear], PupilSum] = {}
    for record in records:
        if record.is_counted and record.figure in topic.figures:
            one = pupil_sum(topic.unit, record.value, record.pupils)
            so_far = sums.get((record.figure, record.year), PupilSum(Fraction(0), 0))
            sums[record.figure, record.year] = PupilSum(so_far.numerator + one.numerator, so_far.pupils + one.pupils)
    return TopicSums(topic, MappingProxyType(sums), year)
