"""The SQL of the rules of comparators."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from kpi_service.comparator_versions.comparator_version import ComparatorVersion, MatchingRule, Variable
from kpi_service.comparator_versions.tables import ComparatorVersionRow
from kpi_service.measures.target import Comparator

IN_ORDER = (ComparatorVersionRow.name, ComparatorVersionRow.version)
"""The order versions are listed in."""


def all_versions(name: Comparator | None) -> Select[ComparatorVersionRow]:
    """Every version of every comparator, or of one."""
    every = select(ComparatorVersionRow)
    return every if name is None else every.where(ComparatorVersionRow.name == name)


def is_in_force(on: date) -> ColumnElement[bool]:
    """Whether a version holds on the day. Of each comparator one does, on every day there is."""
    row = ComparatorVersionRow
    return and_(row.valid_from_on <= on, or_(row.valid_to_on.is_(None), row.valid_to_on >= on))


def version_in_force(session: Session, name: Comparator, on: date) -> ComparatorVersion:
    """The version of a comparator's rule that holds on the day."""
    return version_of(session.scalars(all_versions(name).where(is_in_force(on))).one())


def versions_in_force(session: Session, on: date) -> Mapping[Comparator, int]:
    """Which version of each comparator's rule holds on the day."""
    return {Comparator(name): version for name, version in session.execute(select(*IN_ORDER).where(is_in_force(on)))}


def newest_version(session: Session, name: Comparator) -> ComparatorVersion:
    """The version that no other follows, whether it holds yet or not."""
    newest = all_versions(name).order_by(ComparatorVersionRow.version.desc()).limit(1)
    return version_of(session.scalars(newest).one())


def add_version(session: Session, newest: ComparatorVersion) -> None:
    """Adds the version after the one that was newest. None of the others holds on its first day or later. Of two at the
    same moment the primary key lets one through."""
    row = ComparatorVersionRow
    others = update(row).where(
        row.name == newest.name, or_(row.valid_to_on.is_(None), row.valid_to_on >= newest.valid_from_on)
    )
    session.execute(others.values(valid_to_on=newest.valid_from_on - timedelta(days=1)))
    matching = newest.matching
    session.add(
        ComparatorVersionRow(
            name=newest.name,
            version=newest.version,
            rule=newest.rule,
            schools_each=None if matching is None else matching.schools_each,
            variables=None if matching is None else list(matching.variables),
            caliper=None if matching is None else matching.caliper,
            valid_from_on=newest.valid_from_on,
            valid_to_on=newest.valid_to_on,
        )
    )


def version_of(row: ComparatorVersionRow) -> ComparatorVersion:
    """The version that stands in a row."""
    matching = None
    if row.schools_each is not None and row.variables is not None and row.caliper is not None:
        matching = MatchingRule(row.schools_each, tuple(map(Variable, row.variables)), row.caliper)
    name = Comparator(row.name)
    return ComparatorVersion(name, row.version, row.rule, matching, row.valid_from_on, row.valid_to_on)
