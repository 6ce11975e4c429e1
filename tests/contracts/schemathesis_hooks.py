"""How documents are sent as they are: schemathesis knows JSON, forms and text by itself."""

from typing import Any

import schemathesis
from schemathesis import SerializationContext


@schemathesis.serializer(
    "application/gzip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
def send_as_it_is(_context: SerializationContext, value: Any) -> Any:
    """The bytes that were made up, or the text of anything else."""
    return value if isinstance(value, bytes) else getattr(value, "data", str(value).encode(errors="replace"))
