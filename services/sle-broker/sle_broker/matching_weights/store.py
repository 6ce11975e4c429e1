"""The SQL of recorded weights."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.matching_weights.tables import WeightsVersionRow
from sle_broker.matching_weights.weights import DEFAULT_VERSION, Weights, WeightsVersion

Item = TypeVar("Item")


def weights_of(session: Session, alliance_id: UUID) -> WeightsVersion:
    """The weights an alliance scores with: the version it recorded last, or the defaults where it has recorded none."""
    row = WeightsVersionRow
    recorded = select(row).where(row.alliance_id == alliance_id).order_by(row.version.desc()).limit(1)
    last = session.scalar(recorded)
    return DEFAULT_VERSION if last is None else _version(last)


def add_weights(
    session: Session, alliance_id: UUID, version: int, weights: Weights, *, at: datetime, by: str
) -> WeightsVersion:
    """Records the next version. Of two recorded at the same moment the primary key lets one through."""
    row = WeightsVersionRow(alliance_id=alliance_id, version=version, recorded_at=at, recorded_by=by, **asdict(weights))
    session.add(row)
    session.flush()
    return _version(row)


def page_of_weights(
    session: Session, alliance_id: UUID, page: PageRequest, shape: Callable[[WeightsVersion], Item]
) -> Page[Item]:
    """A page of the versions that an alliance has recorded, the first of them first."""
    recorded = select(WeightsVersionRow).where(WeightsVersionRow.alliance_id == alliance_id)
    return read_page(session, recorded, [WeightsVersionRow.version], page, lambda row: shape(_version(row)))


def _version(row: WeightsVersionRow) -> WeightsVersion:
    weights = Weights(**{field.name: getattr(row, field.name) for field in fields(Weights)})
    return WeightsVersion(row.version, weights, row.recorded_at, row.recorded_by)
