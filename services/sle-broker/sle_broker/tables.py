"""What all tables of this service are declared on."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import DateTime, Numeric, Text
from sqlalchemy.orm import DeclarativeBase

from service_kit.database import service_metadata


class Base(DeclarativeBase):
    """The base of every row: texts without a length, instants with their zone, days to the half, constraints named by
    the house."""

    metadata = service_metadata()
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(4, 1),
    }
