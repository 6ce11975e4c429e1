"""The families of refusals. A broken rule is a class named after the rule; its family decides the HTTP status.

Rules may import this module: nothing here knows HTTP, a database or the sector.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one place of the input: `pointer` is a JSON pointer into the body, or a parameter's name."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):
    """Something was asked that is not done. `detail` says which rule stands in the way and what to do about it.

    `code` is the class name in kebab case and never changes its meaning. `members` are added to the problem document
    as they are (`current`, `allowed`, …). `retry_after` is in whole seconds.
    """

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        members: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.members = dict(members or {})
        self.retry_after = retry_after

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        words = _WORD_START.split(cls.__name__)
        cls.code = "-".join(words).lower()
        cls.title = " ".join(words).capitalize()


class BadRequest(Refusal):
    """The request itself cannot be read."""


class Unauthenticated(Refusal):
    """Who is asking is not known. `challenge` says how to say who one is."""

    challenge: ClassVar[str] = "Bearer"


class Forbidden(Refusal):
    """The caller may know that the thing exists and may not do this to it."""


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is."""


class Conflict(Refusal):
    """The request is well formed and the state of things is against it."""


class PreconditionFailed(Refusal):
    """The thing has changed since the caller read it."""


class PreconditionRequired(Refusal):
    """A change must name the version it was decided on."""


class TooLarge(Refusal):
    """The body is larger than the service reads."""


class UnsupportedType(Refusal):
    """The body is of a kind the service does not read."""


class RuleBroken(Refusal):
    """The input is well formed and breaks a rule about what may be said."""


class RateLimited(Refusal):
    """The caller has asked too often; it may ask again later."""


class Unavailable(Refusal):
    """The service cannot do this just now; the same request may succeed later."""


class MalformedRequest(BadRequest):
    """The body, a header or the target of the request cannot be parsed."""


class UnknownParameter(BadRequest):
    """A query parameter that the operation does not have."""


class InvalidCursor(BadRequest):
    """A page cursor that was not given out for this list, filter and sort."""


class IdempotencyKeyMissing(BadRequest):
    """A request that creates something must carry a key under which it may be sent again."""


class StateConflict(Conflict):
    """A transition that the thing's present state does not allow; `current` and `allowed` say what it does allow."""

    def __init__(self, detail: str, *, current: str, allowed: Sequence[str]) -> None:
        super().__init__(detail, members={"current": current, "allowed": list(allowed)})


class Duplicate(Conflict):
    """The same thing is already recorded."""


class IdempotencyInProgress(Conflict):
    """The first request with this key has not ended yet."""


class FeedReset(Conflict):
    """The reader's cursor does not belong to the feed as it now is; the reader rebuilds from the beginning."""


class VersionMismatch(PreconditionFailed):
    """The version named by `If-Match` is not the present one."""


class PayloadTooLarge(TooLarge):
    """The body is over the service's limit."""


class UnsupportedMediaType(UnsupportedType):
    """The body's media type is not one the operation reads."""


class ValidationFailed(RuleBroken):
    """One or more fields are missing, unknown, of the wrong type or out of range."""


class IdempotencyKeyReused(RuleBroken):
    """A key that was used before with another request."""


class Overloaded(Unavailable):
    """More requests are under way than the service takes at once."""


class StorageFull(Unavailable):
    """The database cannot write because its disk is full."""


class DependencyUnavailable(Unavailable):
    """Something the service depends on does not answer."""
