"""Mentors: a leader of a kind that needs one works beside a designated leader of the same alliance."""

from collections.abc import Iterable
from datetime import date

from service_kit.errors import RuleBroken
from sle_broker.designation_rules.leader_kind import ListedKind
from sle_broker.designations.designation import Designation, is_designated
from sle_broker.designations.leader import Leader


class MentorNeeded(RuleBroken):
    """A leader of a kind that works beside a mentor has one."""


class MentorIsThemselves(RuleBroken):
    """Nobody is their own mentor."""


class MentorNotDesignated(RuleBroken):
    """A mentor is a designated leader of the same alliance."""


class MentorIsMentored(RuleBroken):
    """A mentor is not of a kind that needs a mentor."""


def refuse_without_mentor(leader: Leader, kind: ListedKind) -> None:
    """Whether a leader of this kind may be without a mentor, or be the mentor they name.

    Raises `MentorNeeded`, `MentorIsThemselves`.
    """
    if leader.mentor_id is None and kind.needs_mentor:
        raise MentorNeeded(f"A leader of the kind {kind.name} has a mentor; give `mentor_id`, a designated leader.")
    if leader.mentor_id == leader.id:
        raise MentorIsThemselves("Somebody else must be the mentor.")


def refuse_as_mentor(kind: ListedKind, designations: Iterable[Designation], on: date) -> None:
    """Whether somebody of this kind, with these designations, may be a mentor on a day.

    Raises `MentorIsMentored`, `MentorNotDesignated`.
    """
    if kind.needs_mentor:
        raise MentorIsMentored(f"A leader of the kind {kind.name} works beside a mentor and is none; choose another.")
    if not is_designated(designations, on):
        raise mentor_not_designated(on)


def mentor_not_designated(on: date) -> MentorNotDesignated:
    """The refusal of a mentor who is not designated on a day, or is no leader of the alliance at all."""
    return MentorNotDesignated(f"The mentor is no leader of the alliance who is designated on {on}; choose one who is.")
