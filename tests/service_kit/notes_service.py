"""A service about notes: the smallest with all the kit gives, and with the accidents planted that tests wait for."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, FastAPI, Query, Response
from sqlalchemy import UniqueConstraint, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from uuid_utils.compat import uuid7

from service_kit.access import Grant, Matrix, Permission
from service_kit.application import KeyedCommand, ReadingOf, Service, UnkeyedCommand, create_app
from service_kit.commands import Reply, UnitOfWork
from service_kit.database import Database, make_engine, service_metadata
from service_kit.errors import Conflict, NotFound
from service_kit.etags import ExpectedVersion, etag, require_version
from service_kit.paging import PageOf, read_page
from service_kit.raw_body import RawBody, raw_body
from service_kit.schemas import Page, RequestBody, ResponseBody, ShortText, Text, example
from service_kit.settings import FollowerSettings
from service_kit.tokens import OUTGOING_TIMEOUT, PublishedKeys, TokenVerifier

ALEMBIC_INI = str(Path(__file__).parent / "notes_migration" / "alembic.ini")
SECRET_OF_THE_DEFECT = "the-defect-knows-this"

router = APIRouter(tags=["notes"])


class Base(DeclarativeBase):
    metadata = service_metadata()


class NoteRow(Base):
    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("tenant_id", "title"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    author: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy's declared form


class RoleGrantRow(Base):
    __tablename__ = "role_grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    tenant_id: Mapped[UUID | None]
    party: Mapped[str | None]


class TitleTaken(Conflict):
    """A tenant has one note of a title."""


class NoteIn(RequestBody):
    model_config = RequestBody.model_config | example(
        tenant_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071", title="Tea", text="Green."
    )
    tenant_id: UUID
    title: ShortText
    text: Text


class NoteChange(RequestBody):
    model_config = RequestBody.model_config | example(text="Black.")
    text: Text


class NoteOut(ResponseBody):
    id: UUID
    tenant_id: UUID
    author: str
    title: str
    text: str
    version: int


class NapOut(ResponseBody):
    seconds: float


def write_note(work: UnitOfWork, tenant: UUID, title: str, words: str) -> NoteRow:
    work.caller.require(tenant, work.caller.subject)
    row = NoteRow(id=uuid7(), tenant_id=tenant, author=work.caller.subject, title=title, text=words)
    work.session.add(row)
    work.record("note-written", subject=row.id, tenant=tenant, data=_facts(row, len(words)))
    return row


def change_note(work: UnitOfWork, note_id: UUID, words: str, expected: int) -> NoteRow:
    row = find_note(work.session, note_id)
    work.caller.require(row.tenant_id, row.author)
    require_version(row.version, expected)
    letters_more, row.text = len(words) - len(row.text), words
    work.record("note-changed", subject=row.id, tenant=row.tenant_id, data=_facts(row, letters_more))
    return row


def find_note(session: Session, note_id: UUID) -> NoteRow:
    row = session.get(NoteRow, note_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def _facts(row: NoteRow, letters_more: int) -> dict[str, str | int]:
    return {"note_id": str(row.id), "tenant_id": str(row.tenant_id), "letters_more": letters_more}


def created(row: NoteRow) -> Reply:
    return Reply(NoteOut.model_validate(row), 201, row.version, f"/v1/notes/{row.id}")


@router.post("/v1/notes", status_code=201, response_model=NoteOut, summary="Write a note")
def submit_note(body: NoteIn, command: KeyedCommand) -> Response:
    """A note for a tenant."""
    return command.execute(lambda work: write_note(work, body.tenant_id, body.title, body.text), created)


@router.post("/v1/slow-notes", status_code=201, response_model=NoteOut, summary="Write a note, slowly")
def submit_slow_note(body: NoteIn, command: KeyedCommand) -> Response:
    """As `submit_note`, and the transaction stays open for two seconds."""

    def write_slowly(work: UnitOfWork) -> NoteRow:
        row = write_note(work, body.tenant_id, body.title, body.text)
        work.session.execute(text("SELECT pg_sleep(2)"))
        return row

    return command.execute(write_slowly, created)


@router.post("/v1/fatal-notes", status_code=201, response_model=NoteOut, summary="Write a note, and die of it")
def submit_fatal_note(body: NoteIn, command: KeyedCommand) -> Response:
    """As `submit_note`, and the process is killed between the commit and the answer, unless it is a replay."""
    response = command.execute(lambda work: write_note(work, body.tenant_id, body.title, body.text), created)
    if "Idempotent-Replayed" not in response.headers:
        os.kill(os.getpid(), signal.SIGKILL)
    return response


@router.get("/v1/notes", response_model=Page[NoteOut], summary="List notes")
def list_notes(reading: ReadingOf, page: PageOf, author: Annotated[str | None, Query()] = None) -> Page[NoteOut]:
    """The notes the caller may see, by title."""
    rows = select(NoteRow).where(reading.caller.permitted.condition(NoteRow.tenant_id, NoteRow.author))
    if author is not None:
        rows = rows.where(NoteRow.author == author)
    with reading.transaction() as session:
        return read_page(session, rows, [NoteRow.title, NoteRow.id], page, NoteOut.model_validate)


@router.get("/v1/notes/{note_id}", response_model=NoteOut, summary="Read a note")
def get_note(note_id: UUID, reading: ReadingOf, response: Response) -> NoteOut:
    """One note."""
    with reading.transaction() as session:
        row = find_note(session, note_id)
        reading.caller.require(row.tenant_id, row.author)
        reading.note(session, "note-read", subject=row.id, tenant=row.tenant_id)
    response.headers["ETag"] = etag(row.version)
    return NoteOut.model_validate(row)


@router.patch("/v1/notes/{note_id}", response_model=NoteOut, summary="Change a note")
def patch_note(note_id: UUID, body: NoteChange, command: UnkeyedCommand, expected: ExpectedVersion) -> Response:
    """Changes the text."""
    return command.execute(
        lambda work: change_note(work, note_id, body.text, expected),
        lambda row: Reply(NoteOut.model_validate(row), version=row.version),
    )


@router.post("/v1/letters", response_model=NapOut, summary="Count the letters of a document")
def count_letters(document: Annotated[RawBody, Depends(raw_body("text/plain"))]) -> NapOut:
    """A document sent as it is."""
    return NapOut(seconds=len(document.content))


@router.get("/v1/naps", response_model=NapOut, summary="Keep a connection busy")
def take_nap(reading: ReadingOf, seconds: Annotated[float, Query(ge=0, le=60, allow_inf_nan=False)]) -> NapOut:
    """Sleeps in the database."""
    with reading.transaction() as session:
        session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return NapOut(seconds=seconds)


@router.get("/v1/defects", response_model=NapOut, summary="Fail")
def meet_defect(reading: ReadingOf) -> NapOut:
    """A defect, with a secret in a local variable and in what it says."""
    secret = SECRET_OF_THE_DEFECT
    raise RuntimeError(f"it failed after {reading.caller.subject} came, {len(secret)} letters")


@router.get("/v1/bad-statements", response_model=NapOut, summary="Fail in the database")
def meet_bad_statement(reading: ReadingOf) -> NapOut:
    """A defect in a statement, with a secret among its parameters."""
    with reading.transaction() as session:
        session.execute(text("SELECT nothing_there(:secret)"), {"secret": SECRET_OF_THE_DEFECT})
    return NapOut(seconds=0)


_READ = Permission("notes:read", frozenset({"writer", "reader", "member"}))
_WRITE = Permission("notes:write", frozenset({"writer", "member"}))
MATRIX: Matrix = {
    "submit_note": _WRITE,
    "submit_slow_note": _WRITE,
    "submit_fatal_note": _WRITE,
    "patch_note": _WRITE,
    "list_notes": _READ,
    "get_note": _READ,
    "take_nap": _READ,
    "meet_defect": _READ,
    "meet_bad_statement": _READ,
    "count_letters": None,
    "read_events": Permission("notes:feed", frozenset({"service"})),
}


def read_grants(session: Session, issuer: str, subject: str) -> Sequence[Grant]:
    rows = session.scalars(select(RoleGrantRow).filter_by(issuer=issuer, subject=subject))
    return [Grant(row.role, row.tenant_id, row.party) for row in rows]


def notes_service(routers: Sequence[APIRouter] = (router,)) -> Service:
    return Service(
        name="notes",
        title="notes",
        description="Notes.",
        routers=routers,
        matrix=MATRIX,
        constraints={"uq_notes_tenant_id": lambda: TitleTaken("There is a note of this title.")},
        read_grants=read_grants,
        alembic_ini=ALEMBIC_INI,
    )


def application(settings: FollowerSettings) -> FastAPI:
    keys = PublishedKeys(settings.jwks_url, httpx.Client(timeout=OUTGOING_TIMEOUT))
    verifier = TokenVerifier(settings.token_issuer, "notes", keys)
    return create_app(notes_service(), settings, Database(make_engine(settings)), verifier)
