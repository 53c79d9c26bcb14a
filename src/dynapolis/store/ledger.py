"""The ledger: snapshots, coders, codings, judgements, decisions, editions. Rows are added, never changed or removed.

SQLAlchemy Core tables; the schema is made by the migrations beside this file, and triggers refuse every UPDATE
and DELETE, so that not even a mistake in our own code can rewrite what somebody said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dynapolis.errors import LedgerRefused
from dynapolis.model.evidence import Coder, CoderKind, CoderRole, Coding, Judgement, Verdict
from dynapolis.model.language import Text

metadata = sa.MetaData()

snapshot = sa.Table(
    "snapshot",
    metadata,
    sa.Column("snapshot_no", sa.Integer, primary_key=True, autoincrement=True, comment="the last one is current"),
    sa.Column("snapshot_id", sa.String(64), nullable=False, comment="SHA-256 of the file's bytes"),
    sa.Column("register", sa.String, nullable=False),
    sa.Column("file_role", sa.String, nullable=False, comment="which file of the register this is"),
    sa.Column("file_name", sa.String, nullable=False),
    sa.Column("n_bytes", sa.BigInteger, nullable=False),
    sa.Column("licence", sa.String, nullable=False),
    sa.Column("imported_at", sa.String, nullable=False, comment="UTC, ISO 8601"),
    sa.Column(
        "holds", sa.String, nullable=False, server_default="initiatives", comment="what the register holds, or leads"
    ),
)
coder = sa.Table(
    "coder",
    metadata,
    sa.Column("coder_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False, comment="person, rule or model"),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("name_en", sa.String, nullable=False),
    sa.Column("name_ko", sa.String, nullable=False),
    sa.Column("sees", sa.String, nullable=False, comment="coders whose codes this one had before it, ';'"),
    sa.Column("threshold", sa.Float, nullable=True),
)
coding = sa.Table(
    "coding",
    metadata,
    sa.Column("coding_id", sa.String(16), primary_key=True),
    sa.Column("record_id", sa.String(16), nullable=False, index=True),
    sa.Column("scheme", sa.String, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("coder_id", sa.String, nullable=False),
    sa.Column("coder_version", sa.String, nullable=False),
    sa.Column("codebook_version", sa.String, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("unsure", sa.Boolean, nullable=False),
    sa.Column("probability", sa.Float, comment="a model's own probability of the code, when it gives one"),
    sa.Column("quote", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("note", sa.String),
    sa.Column("snapshot_id", sa.String(64), nullable=False),
    sa.Column("description_id", sa.String(64), nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
)
judgement = sa.Table(
    "judgement",
    metadata,
    sa.Column("judgement_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("left_id", sa.String(16), nullable=False),
    sa.Column("right_id", sa.String(16), nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("judge", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)
place_decision = sa.Table(
    "place_decision",
    metadata,
    sa.Column("decision_no", sa.Integer, primary_key=True, autoincrement=True, comment="the last of a town holds"),
    sa.Column("town", sa.String, nullable=False, comment="as typed, but for spaces"),
    sa.Column("country", sa.String, nullable=False, comment="as typed, in capitals"),
    sa.Column("geonameid", sa.Integer, nullable=True, comment="the city; nothing where it is none"),
    sa.Column("decided_by", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)
assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("assignment_no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("plan", sa.String, nullable=False, comment="what people call this giving out of records"),
    sa.Column("record_id", sa.String(16), nullable=False, index=True),
    sa.Column("coder_id", sa.String, nullable=False),
    sa.Column("overlap", sa.Boolean, nullable=False, comment="whether two code it"),
    sa.Column("probability", sa.Float, nullable=False, comment="of being in the overlap"),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)
ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("ticket_no", sa.Integer, primary_key=True, autoincrement=True, comment="the last of an id holds"),
    sa.Column("ticket_id", sa.String, nullable=False),
    sa.Column("value", sa.String, nullable=False, comment="the ticket as canonical JSON"),
    sa.Column("made_by", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)
edition = sa.Table(
    "edition",
    metadata,
    sa.Column("edition_no", sa.Integer, primary_key=True, autoincrement=True, comment="the last one is current"),
    sa.Column("edition_id", sa.String(64), nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("inputs", sa.String, nullable=False, comment="canonical JSON of everything the id is a hash of"),
    sa.Column("frozen_at", sa.String, nullable=False),
)


_CODING = tuple(field.name for field in fields(Coding))  # asdict would copy every value


class Ledger:
    """The precious rows of one workspace."""

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _prepare_sqlite)

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """The ledger in a SQLite file, brought to the newest schema."""
        ledger = cls(f"sqlite:///{path}")
        ledger.migrate()
        return ledger

    def migrate(self) -> None:
        """Bring the schema to the newest migration. Does nothing when it is there already."""
        from dynapolis.store.migrations import upgrade

        upgrade(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Writer]:
        """One transaction: all of it is written, or nothing is."""
        try:
            with self.engine.begin() as connection:
                yield Writer(connection)
        except sa.exc.IntegrityError as error:
            raise LedgerRefused(f"the ledger refused a row: {error.orig}") from error

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """All rows of a table in the order of its primary key."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]

    def judgements(self) -> list[Judgement]:
        """All judgements in the order they were added."""
        return list(self.numbered_judgements().values())

    def numbered_judgements(self) -> dict[int, Judgement]:
        """All judgements by their number, in the order they were added."""
        keep = ("left_id", "right_id", "judge", "why", "made_at")
        return {
            row["judgement_id"]: Judgement(**{k: row[k] for k in keep}, verdict=Verdict(row["verdict"]))
            for row in self.rows(judgement)
        }

    def coders(self) -> list[Coder]:
        """All coders."""
        return [
            Coder(
                id=row["coder_id"],
                version=row["version"],
                kind=CoderKind(row["kind"]),
                role=CoderRole(row["role"]),
                name=Text(en=row["name_en"], ko=row["name_ko"]),
                sees=tuple(part for part in row["sees"].split(";") if part),
                threshold=row["threshold"],
            )
            for row in self.rows(coder)
        ]

    def codings(self) -> list[Coding]:
        """All codings."""
        return [Coding(**{k: v for k, v in row.items() if k != "coding_id"}) for row in self.rows(coding)]

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()


class Writer:
    """Adds rows inside one transaction; a row that is already there is left as it is."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
        """Add rows; returns how many were new."""
        if not rows:
            return 0
        before = self._count(table)
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        self._connection.execute(insert(table).on_conflict_do_nothing(index_elements=list(table.primary_key)), rows)
        return self._count(table) - before

    def add_codings(self, codings: Sequence[Coding]) -> int:
        """Add codings; returns how many were new."""
        rows = [{name: getattr(item, name) for name in ("coding_id", *_CODING)} for item in codings]
        return self.add(coding, rows)

    def add_coders(self, coders: Sequence[Coder]) -> int:
        """Add coders; returns how many were new."""
        return self.add(
            coder,
            [
                {
                    "coder_id": item.id,
                    "version": item.version,
                    "kind": item.kind.value,
                    "role": item.role.value,
                    "name_en": item.name.en,
                    "name_ko": item.name.ko,
                    "sees": ";".join(item.sees),
                    "threshold": item.threshold,
                }
                for item in coders
            ],
        )

    def add_judgements(self, judgements: Sequence[Judgement]) -> int:
        """Add judgements; each is a new row, so a second thought stands after the first."""
        return self.add(judgement, [{**asdict(item), "verdict": item.verdict.value} for item in judgements])

    def _count(self, table: sa.Table) -> int:
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers and one writer at the same time, no lost commit after a power cut, and no REPLACE past the triggers."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA recursive_triggers=ON")
    cursor.close()
