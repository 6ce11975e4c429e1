"""Work that outlives a request: asked for in the effect's transaction, done by a worker, seen while it goes on.

A job is a row. Whoever asks makes it beside what it is about; a worker claims it, keeps its heart beating, and ends it
in the same transaction as its effect. One that stops beating is taken up again by the next worker, and what the first
one still does then comes to nothing.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import NotFound, Refusal, StateConflict
from service_kit.tables import jobs
from service_kit.telemetry import log

MOST_ATTEMPTS = 3
REPORT_EVERY = 1.0
"""Seconds after which a task that goes on step by step is to report again."""
_MOST_CLAIMS = 10
_QUICKEST, _SLOWEST = 0.02, 0.5


class JobState(StrEnum):
    """Waiting for a worker, running, and one of three ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job:
    """A job as it stands. `progress` is what the task last reported; `failure` says in one line why it failed."""

    id: UUID
    state: JobState
    progress: Mapping[str, Any]
    failure: str | None
    is_cancel_asked: bool
    enqueued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class JobStopped(Exception):
    """The task is to end now and leave nothing behind: it was cancelled, taken over, or the worker is stopping."""


def enqueue(session: Session, kind: str, job_id: UUID, *, tenant: UUID | None, at: datetime) -> Job:
    """Asks for a job of `kind`, in the transaction that makes what it is about; `job_id` is that thing's own id."""
    session.execute(insert(jobs).values(id=job_id, kind=kind, tenant_id=tenant, state=JobState.WAITING, enqueued_at=at))
    return read_job(session, job_id)


def read_job(session: Session, job_id: UUID) -> Job:
    """The job as it stands. Errors: `NotFound`."""
    row = session.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such thing here.")
    return _job(row)


def read_jobs(session: Session, job_ids: list[UUID]) -> dict[UUID, Job]:
    """Several jobs by their id, for a list."""
    return {row.id: _job(row) for row in session.execute(select(jobs).where(jobs.c.id.in_(job_ids)))}


def cancel(session: Session, job_id: UUID, *, at: datetime) -> Job:
    """Cancels a job: at once while it waits, at its next report while it runs; until then it may still be done.

    Errors: `NotFound`; `StateConflict` where it has ended.
    """
    row = session.execute(select(jobs).where(jobs.c.id == job_id).with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such thing here.")
    if row.state not in (JobState.WAITING, JobState.RUNNING):
        raise StateConflict(f"It is {row.state} already.", current=row.state, allowed=())
    ended = {"state": JobState.CANCELLED, "ended_at": at} if row.state == JobState.WAITING else {}
    session.execute(update(jobs).where(jobs.c.id == job_id).values(cancel_asked=True, **ended))
    return read_job(session, job_id)


@dataclass
class JobRun:
    """One attempt at a job, as its task sees it."""

    database: Database
    job_id: UUID
    tenant: UUID | None
    attempt: int
    _lost: threading.Event
    _stop: threading.Event
    _reported_at: float = field(default_factory=monotonic)

    def is_report_due(self) -> bool:
        """Whether it is time to say again how far the task has come: often enough to be seen, and to be stopped."""
        return monotonic() - self._reported_at >= REPORT_EVERY

    def report(self, **progress: Any) -> None:
        """Says how far the task has come: `progress` replaces what was said before, and is seen at once.

        Errors: `JobStopped`, after which nothing of the task may be kept.
        """
        if self.is_stopped():
            raise JobStopped
        self._beat(progress=to_jsonable_python(progress))
        self._reported_at = monotonic()
        if self.is_stopped():
            raise JobStopped

    def is_stopped(self) -> bool:
        """Whether the task is to end: cancelled, taken over by another worker, or the worker is stopping."""
        return self._lost.is_set() or self._stop.is_set()

    def finish(self, session: Session) -> None:
        """Ends the job as done, in the transaction of its effect: both are kept or neither is.

        Errors: `JobStopped` where another worker has taken the job over.
        """
        done = update(jobs).where(self._mine()).values(state=JobState.DONE, ended_at=func.now())
        if session.scalar(done.returning(jobs.c.id)) is None:
            raise JobStopped

    def beat(self) -> None:
        """Keeps the job from being taken up by another worker; notices where it was, or was cancelled."""
        self._beat()

    def give_back(self, failure: str | None) -> None:
        """Ends an attempt that did not come to its end: cancelled where that was asked for, failed where there is a
        `failure` that another attempt would not mend, and waiting for another attempt otherwise."""
        with self.database.transaction(EVERY_TENANT) as session:
            row = session.execute(select(jobs).where(self._mine()).with_for_update(key_share=True)).one_or_none()
            if row is None:
                return
            state = JobState.WAITING if failure is None else JobState.FAILED
            state = JobState.CANCELLED if row.cancel_asked else state
            ended_at = None if state is JobState.WAITING else func.now()
            session.execute(update(jobs).where(self._mine()).values(state=state, failure=failure, ended_at=ended_at))

    def _beat(self, **said: Any) -> None:
        alive = update(jobs).where(self._mine(), ~jobs.c.cancel_asked).values(beat_at=func.now(), **said)
        with self.database.transaction(EVERY_TENANT) as session:
            if session.scalar(alive.returning(jobs.c.id)) is None:
                self._lost.set()

    def _mine(self) -> ColumnElement[bool]:
        return and_(jobs.c.id == self.job_id, jobs.c.attempts == self.attempt, jobs.c.state == JobState.RUNNING)


@dataclass(frozen=True)
class JobRunner:
    """Does the jobs of one kind, one at a time. `task` does one attempt: it reports, keeps its effect in transactions
    of its own, and ends the job with `JobRun.finish` in the last of them.

    A refusal raised by the task fails the job with its detail. Anything else that goes wrong is tried again, up to
    three attempts in all. A job whose worker has not been heard of for `patience` is taken up again.
    """

    database: Database
    kind: str
    task: Callable[[JobRun], None]
    patience: timedelta = timedelta(seconds=15)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set, with a short pause when there is nothing to do."""
        pause = _QUICKEST
        while not stop.is_set():
            try:
                worked = self.step(stop)
            except Exception as error:  # noqa: BLE001 -- the job stays claimed and is taken up again when its patience ends
                log.warning("job-runner-failed", kind=self.kind, error=repr(error))
                worked = False
            pause = _QUICKEST if worked else min(pause * 2, _SLOWEST)
            if not worked:
                stop.wait(pause)

    def step(self, stop: threading.Event) -> bool:
        """Does one job; answers whether there was one."""
        job_run = self._claim(stop)
        if job_run is None:
            return False
        log.info("job-started", kind=self.kind, job=str(job_run.job_id), attempt=job_run.attempt)
        with self._beating(job_run):
            failure = self._attempt(job_run)
        log.info("job-ended", kind=self.kind, job=str(job_run.job_id), attempt=job_run.attempt, failure=failure)
        return True

    def _attempt(self, job_run: JobRun) -> str | None:
        failure: str | None = None
        try:
            self.task(job_run)
        except JobStopped:
            pass
        except Refusal as refusal:
            failure = refusal.detail
        except Exception as error:  # noqa: BLE001 -- whatever is wrong, the job says so and is not left running
            log.warning("job-attempt-failed", kind=self.kind, job=str(job_run.job_id), error=repr(error))
            if job_run.attempt >= MOST_ATTEMPTS:
                failure = f"It went wrong {MOST_ATTEMPTS} times; the log has the reason under the job's id."
        job_run.give_back(failure)
        return failure

    def _claim(self, stop: threading.Event) -> JobRun | None:
        silent = and_(jobs.c.state == JobState.RUNNING, jobs.c.beat_at < func.now() - self.patience)
        waiting = (
            select(jobs.c.id, jobs.c.tenant_id, jobs.c.attempts)
            .where(jobs.c.kind == self.kind, or_(jobs.c.state == JobState.WAITING, silent))
            .order_by(jobs.c.enqueued_at, jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, key_share=True)
        )
        with self.database.transaction(EVERY_TENANT) as session:
            found = session.execute(waiting).one_or_none()
            if found is None:
                return None
            if found.attempts >= _MOST_CLAIMS:
                # Its workers ended with it, again and again: begun once more it would only end the next.
                why = f"It was begun {found.attempts} times and its worker never lived to its end."
                failed = {"state": JobState.FAILED, "failure": why, "ended_at": func.now()}
                session.execute(update(jobs).where(jobs.c.id == found.id).values(**failed))
                return None
            claimed: dict[str, Any] = {"state": JobState.RUNNING, "beat_at": func.now()}
            claimed |= {"attempts": found.attempts + 1, "started_at": func.coalesce(jobs.c.started_at, func.now())}
            session.execute(update(jobs).where(jobs.c.id == found.id).values(**claimed))
        return JobRun(self.database, found.id, found.tenant_id, found.attempts + 1, threading.Event(), stop)

    @contextlib.contextmanager
    def _beating(self, job_run: JobRun) -> Iterator[None]:
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self.patience.total_seconds() / 5):
                try:
                    job_run.beat()
                except Exception as error:  # noqa: BLE001 -- the next beat tries again; too many missed lose the job
                    log.warning("job-beat-failed", kind=self.kind, job=str(job_run.job_id), error=repr(error))

        heart = threading.Thread(target=beat)
        heart.start()
        try:
            yield
        finally:
            ended.set()
            heart.join()


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        state=JobState(row.state),
        progress=row.progress,
        failure=row.failure,
        is_cancel_asked=row.cancel_asked,
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
