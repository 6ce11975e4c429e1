"""Who is nominated for a run, by whom, and which place they take."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from plans_api.programmes.programme import PlaceType
from service_kit.errors import Conflict, RuleBroken
from service_kit.life_cycle import LifeCycle


class NominationState(StrEnum):
    """A nomination waits until a place is booked for it, is declined, or is withdrawn; a booking may be withdrawn."""

    NOMINATED = "nominated"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class NominationReason(StrEnum):
    """Why a nomination is declined or withdrawn."""

    RUN_FULL = "run_full"
    NOT_ELIGIBLE = "not_eligible"
    BY_NOMINATING_BODY = "by_nominating_body"
    BY_PERSON = "by_person"
    OTHER = "other"


_DECLINED = frozenset({NominationReason.RUN_FULL, NominationReason.NOT_ELIGIBLE, NominationReason.OTHER})
_WITHDRAWN = frozenset({NominationReason.BY_NOMINATING_BODY, NominationReason.BY_PERSON, NominationReason.OTHER})

NOMINATION_LIFE: LifeCycle[NominationState, NominationReason] = LifeCycle(
    {
        NominationState.NOMINATED: {
            NominationState.BOOKED: frozenset(),
            NominationState.DECLINED: _DECLINED,
            NominationState.WITHDRAWN: _WITHDRAWN,
        },
        NominationState.BOOKED: {NominationState.WITHDRAWN: _WITHDRAWN},
        NominationState.DECLINED: {},
        NominationState.WITHDRAWN: {},
    }
)

STANDING = frozenset({NominationState.NOMINATED, NominationState.BOOKED})
"""The nominations that count against a body's limit: one that was declined or withdrawn makes room for another."""


class NominationLimitReached(Conflict):
    """A body nominates no more people for a run than the run's limit allows each body."""


class NoPlaceLeft(Conflict):
    """No more places of a type are booked than the run offers."""


class PlaceTypeNotOffered(RuleBroken):
    """A place is booked of a type that the run offers."""


def same_body(name: str) -> str:
    """What two spellings of a nominating body have in common: letters whatever their case, single blanks."""
    return " ".join(name.split()).casefold()


def require_within_limit(limit: int | None, standing: int, more: int) -> None:
    """Refuses where `more` nominations of a body that has `standing` ones would be over the run's `limit`; a run
    without a limit takes any number. Source: Ebor's programme, at most three from each trust or academy.

    Errors: `NominationLimitReached`.
    """
    if limit is not None and standing + more > limit:
        raise NominationLimitReached(
            f"This run takes at most {limit} from each nominating body; {standing} of this body's stand, "
            f"and {more} more were named."
        )


def require_place(offered: Mapping[PlaceType, int | None], booked: Sequence[PlaceType | None], wanted: int,
                  place_type: PlaceType | None) -> None:  # fmt: skip
    """Refuses a booking of `wanted` places of a type beyond what is offered; `offered` None is any number, and a run
    that lists no places takes everybody.

    Errors: `PlaceTypeNotOffered`, `NoPlaceLeft`.
    """
    if not offered:
        return
    if place_type is None or place_type not in offered:
        raise PlaceTypeNotOffered(f"Book one of the types this run offers: {', '.join(sorted(offered))}.")
    most, taken = offered[place_type], booked.count(place_type)
    if most is not None and taken + wanted > most:
        raise NoPlaceLeft(f"Of {most} {place_type} places {taken} are booked; {wanted} more do not fit.")
