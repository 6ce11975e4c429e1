"""The JSON of attainment year on year."""

from fractions import Fraction
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.attainment_changes.change import COUNTING_RULE
from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.definitions.kpi_definition import Disaggregation, Measure
from kpi_service.measures.rate import shown
from kpi_service.official_files.attainment import Figure, Unit
from kpi_service.verdicts.schemas import (
    CHANGE_AGAINST_EXAMPLE,
    CHANGE_EXAMPLE,
    CHANGE_INTERVALS_EXAMPLE,
    OF_ALLIANCE_EXAMPLE,
    AllianceKpiResultOut,
    ChangeAgainstOut,
    UncertainChangeOut,
    alliance_members,
    change_intervals_shown,
    change_shown,
)
from service_kit.schemas import ResponseBody, example

_SUM = {"figure": "rwm_expected", "year": "2016/17", "numerator": 64.0, "denominator": 100, "value": 64.0}
_RECORD = {
    "urn": "140000",
    "given_to": "103121",
    "via": ["103121"],
    "figure": "rwm_expected",
    "year": "2016/17",
    "value": 64.0,
    "pupils": 100,
    "upload_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1",
    "line": 1403,
    "is_counted": True,
}
ATTAINMENT_EXAMPLE = (
    OF_ALLIANCE_EXAMPLE
    | CHANGE_EXAMPLE
    | CHANGE_INTERVALS_EXAMPLE
    | {
        "code": "A4",
        "set": "A",
        "number": "4",
        "name": "Improvement in key stage results",
        "measure": "attainment_change",
        "unit": "percent",
        "key_stage": "key_stage_2",
        "figure": "rwm_expected",
        "figure_unit": "percent",
        "change_unit": "percentage_points",
        "year": "2016/17",
        "previous_year": "2015/16",
        "counting_rule": COUNTING_RULE,
        "sums": [_SUM],
        "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
        "state": "not_met",
        "against": [CHANGE_AGAINST_EXAMPLE],
        "trace": [_RECORD],
    }
)


class PupilSumOut(ResponseBody):
    """A figure of one year over all the pupils: whole pupils where it is a percentage of them, points where not."""

    model_config = ResponseBody.model_config | example(**_SUM)

    figure: Figure
    year: str
    numerator: float
    denominator: int
    value: float


class PublishedRecordOut(ResponseBody):
    """A school's published figure, the URN it was given to, and where it was read."""

    model_config = ResponseBody.model_config | example(**_RECORD)

    urn: str
    given_to: str
    via: Annotated[list[str], Field(description="The predecessors by which it came to the school, nearest first.")]
    figure: Figure
    year: str
    value: float
    pupils: int
    upload_id: UUID
    line: int
    is_counted: Annotated[bool, Field(description="Whether it is in the sums.")]


class AttainmentResultOut(AllianceKpiResultOut, UncertainChangeOut):
    """How one figure of one key stage, or the gap in it, changed over a year in an alliance's schools."""

    model_config = ResponseBody.model_config | example(**ATTAINMENT_EXAMPLE)

    measure: Literal[Measure.ATTAINMENT_CHANGE, Measure.ATTAINMENT_GAP_CHANGE]
    key_stage: Disaggregation
    figure: str
    figure_unit: Unit
    change_unit: Literal["percentage_points", "points"]
    year: str
    previous_year: str
    counting_rule: str
    sums: list[PupilSumOut]
    against: Annotated[list[ChangeAgainstOut], Field(description="The definition's own comparator first.")]
    trace: list[PublishedRecordOut]

    @classmethod
    def of(cls, result: AttainmentResult) -> "AttainmentResultOut":
        """The result as it is shown."""
        topic, sums = result.topic, result.sums
        is_percent = topic.unit is Unit.PERCENT
        return cls(
            **alliance_members(result, topic.part),
            **change_shown(sums.year_on_year),
            **change_intervals_shown(sums.year_on_year),
            key_stage=topic.key_stage,
            figure=topic.name,
            figure_unit=topic.unit,
            change_unit="percentage_points" if is_percent else "points",
            year=str(sums.year),
            previous_year=str(sums.year.before),
            counting_rule=COUNTING_RULE,
            sums=[
                PupilSumOut(
                    figure=figure,
                    year=str(year),
                    numerator=float(_whole(found.numerator)) if is_percent else _two_decimals(found.numerator),
                    denominator=found.pupils,
                    value=_two_decimals(found.value(topic.unit)),
                )
                for (figure, year), found in sorted(sums.sums.items())
            ],
            against=[ChangeAgainstOut.of(against) for against in result.against],
            trace=[
                PublishedRecordOut(
                    urn=record.urn,
                    given_to=record.given_to,
                    via=list(record.via),
                    figure=record.figure,
                    year=str(record.year),
                    value=float(record.value),
                    pupils=record.pupils,
                    upload_id=record.upload_id,
                    line=record.line,
                    is_counted=record.is_counted,
                )
                for record in result.records
            ],
        )


def _two_decimals(figure: Fraction) -> float:
    return float(shown(figure))


def _whole(pupils: Fraction) -> int:
    # Halves away from nothing, as a published percentage is rounded.
    return int(pupils + Fraction(1, 2))
