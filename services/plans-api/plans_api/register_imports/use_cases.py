"""What people do with the register's files: take them over, at once or as a job."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from plans_api.access.roles import Role
from plans_api.register_imports import store
from plans_api.register_imports.change import ChangeKind, changes_between
from plans_api.register_imports.recognition import FileKind
from plans_api.register_imports.register_file import RegisterFile, open_register
from plans_api.register_imports.register_row import (
    GroupOfSchool,
    KnownSchool,
    LinkBetween,
    LinkWithoutDirection,
    Record,
    RefusedRow,
)
from plans_api.register_imports.tables import RegisterImportRow
from plans_api.schools.school import School, SchoolStatus
from plans_api.schools.succession import Succession, SuccessionKind
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT
from service_kit.ids import new_id
from service_kit.jobs import Job, JobRun, enqueue

Thing = TypeVar("Thing")

BATCH = 1_000
JOB = "register-import"
MOST_REFUSED_TOLD = 1_000
_IN_EVENTS = (
    "urn", "name", "phase", "type", "local_authority_code", "local_authority", "latitude", "longitude", "status",
    "opened_on", "closed_on", "trust_uid",
)  # fmt: skip
_LINK_CHANGES = {
    SuccessionKind.MERGER: ChangeKind.MERGED,
    SuccessionKind.AMALGAMATION: ChangeKind.AMALGAMATED,
    SuccessionKind.SPLIT: ChangeKind.SPLIT,
}


@dataclass
class RegisterImport:
    """What a file did to the register: `added`, `changed` and `unchanged` are schools, or links. `changes` counts what
    happened by kind; `refused` has the first thousand rows that were not taken over."""

    kind: FileKind
    import_id: UUID | None = None
    rows_read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rows_refused: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    changes: dict[ChangeKind, int] = field(default_factory=dict)

    def refuse(self, row: RefusedRow) -> None:
        """Counts a row that is not taken over, and keeps it while there are few."""
        self.rows_refused += 1
        if len(self.refused) < MOST_REFUSED_TOLD:
            self.refused.append(row)


Report = Callable[[int], None]
"""Told, between batches, how many rows have been read."""


def send_register(work: UnitOfWork, content: bytes, *, gzipped: bool) -> Job:
    """A file is sent to be taken over by a job; the import's id is the job's."""
    work.caller.require_everywhere()
    row = RegisterImportRow(
        id=new_id(),
        issuer=work.caller.issuer,
        subject=work.caller.subject,
        sent_at=work.now,
        gzipped=gzipped,
        content=content,
    )
    work.session.add(row)
    work.record("register-sent", subject=row.id, tenant=None, data={"import_id": row.id})
    return enqueue(work.session, JOB, row.id, tenant=None, at=work.now)


def import_register(
    work: UnitOfWork, file: RegisterFile, *, of: RegisterImportRow | None = None, report: Report = lambda rows: None
) -> RegisterImport:
    """Takes a file of the register over in batches, in one transaction: whoever reads sees the register before it or
    after it. `of` is the row of a file sent before. The same file again changes and records nothing. Schools and links
    that the file does not name stay as they are."""
    work.caller.require_everywhere()
    store.wait_for_other_imports(work.session)
    taking = _Taking(work, file, RegisterImport(file.kind, of.id if of else None), report)
    match file.kind:
        case FileKind.SCHOOLS:
            taking.schools(file.records)
        case FileKind.LINKS:
            taking.links(file.records)
        case FileKind.GROUPS:
            taking.groups(file.records)
    taking.done.rows_read = file.rows_read
    row = of or (store.get_import(work.session, taking.done.import_id) if taking.done.import_id else None)
    if row is not None:
        store.end_import(row, asdict(taking.done))
    return taking.done


def take_over_sent(job_run: JobRun, now: datetime) -> None:
    """Takes over the file that a job is for, in the name of whoever sent it. How many rows have been read is seen from
    outside while it goes on; the register changes at the end, as a whole."""
    with job_run.database.transaction(EVERY_TENANT) as session:
        sent = store.get_import(session, job_run.job_id)
    # Outside of a transaction: looking through all of a large file takes its time.
    file = open_register(sent.content or b"", gzipped=sent.gzipped)
    with job_run.database.transaction(EVERY_TENANT) as session:
        row = store.get_import(session, job_run.job_id)
        operator = Permission("", frozenset({Role.OPERATOR}))
        caller = Caller(row.issuer, row.subject, frozenset(), (Grant(Role.OPERATOR, None),), operator)
        work = UnitOfWork(session, caller, now)
        import_register(work, file, of=row, report=lambda rows: job_run.report(rows_read=rows))
        job_run.finish(session)


@dataclass
class _Taking:
    """One file being taken over."""

    work: UnitOfWork
    file: RegisterFile
    done: RegisterImport
    report: Report

    def schools(self, records: Iterator[Record]) -> None:
        for batch in _batches(self._counted(records)):
            known = [record for record in batch if isinstance(record, KnownSchool)]
            for facts in dict.fromkeys(record.facts for record in known):
                self._batch([record.school for record in known if record.facts == facts], facts)
            self._report()

    def _batch(self, schools: Sequence[School], facts: frozenset[str]) -> None:
        change = store.take_over(self.work.session, schools, facts)
        self.done.added += len(change.added)
        self.done.changed += len(change.changed)
        self.done.unchanged += len(schools) - len(change.added) - len(change.changed)
        touched = change.added | change.changed
        after = [
            _with_facts(school, change.before.get(school.urn), facts) for school in schools if school.urn in touched
        ]
        self._tell(
            after,
            [(new.urn, *what) for new in after for what in changes_between(change.before.get(new.urn), new)],
        )

    def groups(self, records: Iterator[Record]) -> None:
        for batch in _batches(self._counted(records)):
            rows = [row for row in batch if isinstance(row, GroupOfSchool)]
            before = store.schools_of(self.work.session, {row.urn for row in rows})
            trusts: dict[str, tuple[str, str]] = {}
            for row in rows:
                if row.urn not in before:
                    self.done.refuse(_not_in_register(row.line, row.urn))
                elif row.trust_uid and row.trust_name:
                    trusts.setdefault(row.urn, (row.trust_uid, row.trust_name))
            new = store.put_trusts(self.work.session, trusts)
            self.done.changed += len(new)
            self.done.unchanged += len(trusts) - len(new)
            after = [replace(before[urn], trust_uid=trusts[urn][0], trust_name=trusts[urn][1]) for urn in sorted(new)]
            self._tell(after, [(one.urn, *what) for one in after for what in changes_between(before[one.urn], one)])
            self._report()

    def links(self, records: Iterator[Record]) -> None:
        found = list(self._counted(records))
        directed = [record.succession for record in found if isinstance(record, LinkBetween)]
        directed += self._with_direction([record for record in found if isinstance(record, LinkWithoutDirection)])
        before = store.all_links(self.work.session)
        new = {(link.predecessor_urn, link.successor_urn): link for link in directed}
        told = [link for pair, link in new.items() if before.get(pair) != link]
        store.put_links(self.work.session, told)
        self.done.added = sum((link.predecessor_urn, link.successor_urn) not in before for link in told)
        self.done.changed = len(told) - self.done.added
        self.done.unchanged = len(new) - len(told)
        followers = Counter(link.predecessor_urn for link in new.values())
        followed = Counter(link.successor_urn for link in new.values())
        changes = []
        for link in told:
            alone = followers[link.predecessor_urn] == followed[link.successor_urn] == 1
            plain = ChangeKind.CONVERTED if alone else ChangeKind.MERGED
            kind = _LINK_CHANGES.get(link.kind, plain)
            changes.append((link.successor_urn, kind, link.predecessor_urn, link.successor_urn))
        self._record_changes(changes)
        for batch in _batches(iter(told)):
            happened = {f"{link.predecessor_urn}-{link.successor_urn}": asdict(link) for link in batch}
            self.work.record_each("school-link-recorded", tenant=None, happened=happened)
        self._report()

    def _with_direction(self, links: Sequence[LinkWithoutDirection]) -> list[Succession]:
        known = store.schools_of(self.work.session, {urn for link in links for urn in link.urns})
        directed = []
        for link in links:
            going_on = [urn for urn in link.urns if urn in known and known[urn].status is not SchoolStatus.CLOSED]
            if len(going_on) == 1:
                [gone] = set(link.urns) - set(going_on)
                directed.append(replace(link.succession, predecessor_urn=gone, successor_urn=going_on[0]))
            else:
                detail = "The file does not say which of the two goes on, and the register does not tell it either."
                self.done.refuse(RefusedRow(link.line, link.urns[0], "direction-not-known", detail))
        return directed

    def _report(self) -> None:
        self.done.rows_read = self.file.rows_read
        self.report(self.done.rows_read)

    def _counted(self, records: Iterator[Record]) -> Iterator[Record]:
        for record in records:
            if isinstance(record, RefusedRow):
                self.done.refuse(record)
            else:
                yield record

    def _tell(self, after: Sequence[School], changes: Sequence[tuple[str, ChangeKind, str, str]]) -> None:
        happened = {school.urn: {name: getattr(school, name) for name in _IN_EVENTS} for school in after}
        self.work.record_each("school-recorded", tenant=None, happened=happened)
        self._record_changes(changes)

    def _record_changes(self, changes: Sequence[tuple[str, ChangeKind, str, str]]) -> None:
        if not changes:
            return
        if self.done.import_id is None:
            self.done.import_id = self._begin_import()
        store.put_changes(self.work.session, self.done.import_id, sum(self.done.changes.values()) + 1, changes)
        for _, kind, _, _ in changes:
            self.done.changes[kind] = self.done.changes.get(kind, 0) + 1

    def _begin_import(self) -> UUID:
        caller = self.work.caller
        row = RegisterImportRow(
            id=new_id(), issuer=caller.issuer, subject=caller.subject, sent_at=self.work.now, gzipped=False
        )
        self.work.session.add(row)
        self.work.session.flush()
        return row.id


def _with_facts(new: School, before: School | None, facts: frozenset[str]) -> School:
    """The school as it now is: what the file does not know stays as it was."""
    if before is None:
        return new
    kept = {name: value for name, value in asdict(before).items() if name not in facts}
    return replace(new, **kept)


def _not_in_register(line: int, urn: str) -> RefusedRow:
    return RefusedRow(line, urn, "school-not-in-register", "Take over an extract that has this school first.")


def _batches(things: Iterator[Thing]) -> Iterator[list[Thing]]:
    while batch := list(islice(things, BATCH)):
        yield batch
