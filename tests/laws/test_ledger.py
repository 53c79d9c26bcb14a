"""Laws of the ledger: rows are added, never changed or removed; what is there twice is there once; all or nothing.

Each law is proved on SQLite and, where a server can be started and the driver psycopg is installed, on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dynapolis.errors import LedgerRefused
from dynapolis.model.evidence import Coder, CoderKind, CoderRole, Coding, Judgement, Verdict
from dynapolis.model.language import Text
from dynapolis.store import ledger as tables
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import current_snapshots, note_snapshots
from dynapolis.store.workspace import Workspace

NOW = "2026-11-25T12:00:00+00:00"
READER = Coder(id="reader", kind=CoderKind.PERSON, version="1", name=Text(en="A reader", ko="읽는 이"))
MODEL = Coder(
    id="model",
    kind=CoderKind.MODEL,
    role=CoderRole.ADJUDICATOR,
    version="2",
    name=Text(en="A model", ko="모형"),
    sees=("reader", "other"),
    threshold=0.95,
)
CODING = Coding(
    record_id="0123456789abcdef",
    scheme="sector",
    position=0,
    code="transport",
    coder_id="reader",
    coder_version="1",
    codebook_version="2022.2",
    round=1,
    unsure=True,
    probability=0.1 + 0.2,  # a number that a rounded text would not give back
    quote='"Bus", said he; 버스\nand a new line',
    reason=None,
    note="",
    snapshot_id="a" * 64,
    description_id="d" * 64,
    line=7,
)
JUDGEMENT = Judgement("0" * 16, "1" * 16, Verdict.SAME, "reader", "the same address", NOW)
SNAPSHOT = {
    "snapshot_id": "a" * 64,
    "register": "tiny",
    "file_role": "list.csv",
    "file_name": "list of 2026.csv",
    "n_bytes": 3_000_000_000,
    "licence": "MIT",
    "imported_at": NOW,
}
PLACE_DECISION = {
    "town": "Espoo Otaniemi", "country": "FI", "geonameid": 660158, "decided_by": "reader", "why": "its district",
    "made_at": NOW,
}  # fmt: skip
ASSIGNMENT = {
    "plan": "first", "record_id": "0" * 16, "coder_id": "kim", "overlap": True, "probability": 0.2, "seed": 1,
    "made_at": "2026-11-01T00:00:00+00:00",
}  # fmt: skip
TICKET = {"ticket_id": "t", "value": "{}", "made_by": "kim", "made_at": "2026-11-01T00:00:00+00:00"}
EDITION = {"edition_id": "b" * 64, "name": "first", "inputs": '{"가":1}', "frozen_at": NOW}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server of our own, or the reason why there is none."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    programs = find_server()
    if programs is None:
        pytest.skip("no initdb and pg_ctl of PostgreSQL here")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if user == "postgres" and not any(entry.pw_name == "postgres" for entry in pwd.getpwall()):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="dynapolis-pg-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(program: str, *words: str) -> subprocess.CompletedProcess[str]:
        owner = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        log = folder.parent / f"{folder.name}.out"
        with log.open("a", encoding="utf-8") as out:
            return subprocess.run(
                [str(programs / program), "-D", str(folder / "data"), *words], check=False, cwd=folder,
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, text=True, timeout=60, **owner,
            )  # fmt: skip

    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        if call("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync").returncode:
            pytest.skip("initdb of PostgreSQL failed here")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        if call("pg_ctl", "start", "--wait", "-o", options, "-l", str(folder / "log")).returncode:
            pytest.skip("pg_ctl of PostgreSQL could not start a server here")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/"
        call("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.out").unlink(missing_ok=True)


def find_server() -> Path | None:
    """Folder of the server's programs: Debian keeps them off the PATH."""
    places = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    fitting = (p for p in places if all((p / name).exists() for name in ("initdb", "pg_ctl")))
    return next((p.resolve() for p in fitting), None)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"ledger_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    admin = sa.create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield f"{server}{name}"
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger(url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """A ledger with one row or two in every table."""
    fill(ledger)
    return ledger


def fill(ledger: Ledger) -> None:
    with ledger.begin() as writer:
        writer.add(tables.snapshot, [SNAPSHOT])
        writer.add_coders([READER, MODEL])
        writer.add_codings([CODING, replace(CODING, position=1, code="housing", unsure=False, probability=None)])
        writer.add_judgements([JUDGEMENT])
        writer.add(tables.place_decision, [PLACE_DECISION, PLACE_DECISION | {"town": "Kainuu", "geonameid": None}])
        writer.add(tables.assignment, [ASSIGNMENT])
        writer.add(tables.ticket, [TICKET])
        writer.add(tables.edition, [EDITION])


def everything(ledger: Ledger) -> dict[str, list[dict[str, Any]]]:
    return {table.name: ledger.rows(table) for table in tables.metadata.sorted_tables}


TABLES = tuple(tables.metadata.sorted_tables)
TABLE_NAMES = [table.name for table in TABLES]


def test_the_tables_that_the_migrations_make_are_the_tables_that_the_code_describes(ledger: Ledger) -> None:
    found = sa.inspect(ledger.engine)
    assert sorted(set(found.get_table_names()) - {"alembic_version"}) == sorted(TABLE_NAMES)
    for table in TABLES:
        made = {c["name"]: c for c in found.get_columns(table.name)}
        assert list(made) == [c.name for c in table.columns]
        assert {n: bool(c["nullable"]) for n, c in made.items()} == {c.name: bool(c.nullable) for c in table.columns}
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]


def test_migrating_again_changes_nothing(full: Ledger) -> None:
    before = everything(full)
    full.migrate()
    full.migrate()
    assert everything(full) == before


def test_what_is_written_is_read_again_and_written_again_without_a_change(full: Ledger) -> None:
    assert full.codings()[0] in (CODING, replace(CODING, position=1, code="housing", unsure=False, probability=None))
    assert set(full.codings()) == {CODING, replace(CODING, position=1, code="housing", unsure=False, probability=None)}
    assert {coder.id: coder for coder in full.coders()} == {"reader": READER, "model": MODEL}
    assert full.judgements() == [JUDGEMENT]
    assert [{k: row[k] for k in SNAPSHOT} for row in full.rows(tables.snapshot)] == [SNAPSHOT]
    assert [{k: row[k] for k in EDITION} for row in full.rows(tables.edition)] == [EDITION]
    before = everything(full)
    with full.begin() as writer:
        assert writer.add_codings(full.codings()) == 0
        assert writer.add_coders(full.coders()) == 0
    assert everything(full) == before


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_sql_can_neither_change_nor_remove_a_row(table: sa.Table, verb: str, full: Ledger) -> None:
    before = everything(full)
    column = next(c.name for c in table.columns if isinstance(c.type, sa.String))
    statements = {
        "UPDATE": f"UPDATE {table.name} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table.name}",
    }
    words = f"{table.name} is append only: {verb} refused"
    with pytest.raises(sa.exc.IntegrityError, match=words), full.engine.begin() as connection:
        connection.execute(sa.text(statements[verb]))
    assert everything(full) == before


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_sqlalchemy_can_neither_change_nor_remove_a_row(table: sa.Table, full: Ledger) -> None:
    before = everything(full)
    column = next(c for c in table.columns if isinstance(c.type, sa.String))
    for statement in (sa.update(table).values({column: "other"}), sa.delete(table)):
        with pytest.raises(sa.exc.IntegrityError, match="append only"), full.engine.begin() as connection:
            connection.execute(statement)
    assert everything(full) == before


@pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)
def test_no_row_can_be_replaced_by_one_of_the_same_key(table: sa.Table, full: Ledger) -> None:
    """SQLite knows REPLACE, and both know an upsert: each would change a row in the guise of adding one."""
    before = everything(full)
    row = {**before[table.name][0]}
    column = next(c.name for c in reversed(table.columns) if isinstance(c.type, sa.String) and not c.primary_key)
    changed = row | {column: f"{row[column]}"[:-1] + "~"}
    key = ", ".join(c.name for c in table.primary_key)
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    insert = f"INTO {table.name} ({names}) VALUES ({values})"
    statements = [f"INSERT {insert} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"]
    if full.engine.dialect.name == "sqlite":
        statements += [f"REPLACE {insert}", f"INSERT OR REPLACE {insert}"]
    for statement in statements:
        with pytest.raises(sa.exc.IntegrityError), full.engine.begin() as connection:
            connection.execute(sa.text(statement), changed)
        assert everything(full) == before, statement


def test_postgresql_can_not_be_emptied_by_truncate(full: Ledger) -> None:
    if full.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL knows TRUNCATE")
    for table in TABLES:
        with pytest.raises(sa.exc.IntegrityError, match="append only"), full.engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {table.name}"))


def test_a_row_that_is_there_already_is_left_as_it_is(full: Ledger) -> None:
    before = everything(full)
    with full.begin() as writer:
        assert writer.add_codings([replace(CODING, quote="another quote", line=8)]) == 0
        assert writer.add_coders([READER]) == 0
    assert everything(full) == before


def test_new_rows_are_counted_and_old_ones_are_not(full: Ledger) -> None:
    with full.begin() as writer:
        assert writer.add_codings([CODING, replace(CODING, round=2), replace(CODING, code="work")]) == 2
        assert writer.add_codings([]) == 0
    assert len(full.codings()) == 4


def test_a_second_thought_is_a_second_judgement(full: Ledger) -> None:
    with full.begin() as writer:
        assert writer.add_judgements([replace(JUDGEMENT, verdict=Verdict.DIFFERENT, why="another address")]) == 1
        assert writer.add_judgements([JUDGEMENT]) == 1
    assert [item.verdict for item in full.judgements()] == [Verdict.SAME, Verdict.DIFFERENT, Verdict.SAME]


REFUSED: dict[str, tuple[sa.Table, dict[str, Any]]] = {
    "a kind of coder that is none": (
        tables.coder,
        {"coder_id": "x", "version": "1", "kind": "oracle", "role": "independent", "name_en": "X", "name_ko": "엑스",
         "sees": "", "threshold": None},
    ),
    "a verdict that is none": (
        tables.judgement,
        {"left_id": "a", "right_id": "b", "verdict": "perhaps", "judge": "x", "why": "y", "made_at": NOW},
    ),
    "a judgement of a record and itself": (
        tables.judgement,
        {"left_id": "a", "right_id": "a", "verdict": "same", "judge": "x", "why": "y", "made_at": NOW},
    ),
    "a judgement the wrong way round": (
        tables.judgement,
        {"left_id": "b", "right_id": "a", "verdict": "same", "judge": "x", "why": "y", "made_at": NOW},
    ),
    "a snapshot of no register": (tables.snapshot, SNAPSHOT | {"register": None}),
    "an edition without inputs": (tables.edition, EDITION | {"inputs": None}),
    "a decision on no town": (tables.place_decision, PLACE_DECISION | {"town": ""}),
    "a decision of nobody": (tables.place_decision, PLACE_DECISION | {"decided_by": ""}),
    "a decision without a reason": (tables.place_decision, PLACE_DECISION | {"why": ""}),
    "a record given to nobody": (tables.assignment, ASSIGNMENT | {"coder_id": ""}),
    "a probability above one": (tables.assignment, ASSIGNMENT | {"probability": 1.5}),
    "a question of nobody": (tables.ticket, TICKET | {"made_by": ""}),
    "a decision for a city that cannot be": (tables.place_decision, PLACE_DECISION | {"geonameid": 0}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_row_may_say_is_refused_and_not_passed_over(case: str, full: Ledger) -> None:
    table, row = REFUSED[case]
    before = everything(full)
    with pytest.raises(LedgerRefused, match="the ledger refused a row"), full.begin() as writer:
        writer.add(table, [row])
    assert everything(full) == before


def test_a_transaction_is_written_whole_or_not_at_all(full: Ledger) -> None:
    before = everything(full)
    table, row = REFUSED["a verdict that is none"]
    with pytest.raises(LedgerRefused), full.begin() as writer:
        assert writer.add_codings([replace(CODING, round=3)]) == 1
        writer.add(table, [row])
    assert everything(full) == before
    with pytest.raises(KeyboardInterrupt), full.begin() as writer:
        assert writer.add_codings([replace(CODING, round=3)]) == 1
        raise KeyboardInterrupt
    assert everything(full) == before


def test_what_is_not_finished_nobody_else_sees(full: Ledger, url: str) -> None:
    other = Ledger(url)
    with full.begin() as writer:
        writer.add_codings([replace(CODING, round=4)])
        assert len(other.codings()) == 2
    assert len(other.codings()) == 3
    other.close()


def test_the_last_snapshot_of_a_file_is_current_and_the_first_one_can_be_again(ledger: Ledger) -> None:
    def take(text: str) -> int:
        known = current_snapshots(ledger).get("tiny", {})
        with ledger.begin() as writer:
            return note_snapshots(
                writer, known, "tiny", {"list.csv": text.encode()}, names={"list.csv": "x.csv"}, licence="MIT", now=NOW
            )

    def current() -> str:
        return current_snapshots(ledger)["tiny"]["list.csv"]

    assert take("A") == 1
    a = current()
    assert take("A") == 0
    assert take("B") == 1
    assert current() != a
    assert take("A") == 1
    assert current() == a
    assert len(ledger.rows(tables.snapshot)) == 3


def python(code: str) -> subprocess.Popen[str]:
    """Another process that finds the same packages as this one."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_reader_is_not_kept_waiting_by_a_writer_of_another_process(full: Ledger, url: str) -> None:
    """The other process opens the ledger as a command does, migrations included, while a transaction is open here."""
    code = f"""
from dynapolis.store.ledger import Ledger
ledger = Ledger({url!r})
ledger.migrate()
print(len(ledger.codings()), flush=True)
ledger.close()
"""

    def others_count() -> int:
        process = python(code)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return int(out)

    with full.begin() as writer:
        assert writer.add_codings([replace(CODING, round=5)]) == 1
        assert others_count() == 2
    assert others_count() == 3


def test_two_processes_that_write_the_same_rows_at_once_write_them_once(ledger: Ledger, url: str) -> None:
    code = f"""
from dataclasses import replace
from dynapolis.model.evidence import Coding
from dynapolis.store.ledger import Ledger
ledger = Ledger({url!r})
said = ("sector", 0, "work", "reader", "1", "2022.2", 1, False, None, None, None, None)
first = Coding("r" * 16, *said, "a" * 64, "d" * 64, 1)
for number in range(40):
    with ledger.begin() as writer:
        writer.add_codings([replace(first, round=number, position=n) for n in range(5)])
ledger.close()
"""
    writers = [python(code), python(code)]
    errors = [process.communicate(timeout=60)[1] for process in writers]
    assert [process.returncode for process in writers] == [0, 0], errors
    assert len(ledger.codings()) == 200


# --- The same through the commands ----------------------------------------------------------------------------------


@pytest.fixture
def workspace(fictional: Callable[..., Workspace], tmp_path: Path) -> Workspace:
    return fictional(tmp_path / "workspace")


def take(cli: Callable[..., Any], workspace: Workspace) -> Any:
    words = ("--register", "fictional", "--workspace", workspace.folder, "--json")
    result = cli("import", workspace.folder / "own" / "list.csv", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def kept(workspace: Workspace) -> tuple[dict[str, list[dict[str, Any]]], dict[str, bytes]]:
    book = workspace.open_ledger()
    try:
        folder = workspace.snapshots.folder
        return everything(book), {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    finally:
        book.close()


def test_importing_the_same_files_again_changes_nothing(workspace: Workspace, cli: Callable[..., Any]) -> None:
    before = kept(workspace)
    summary = take(cli, workspace)
    assert (summary["new_snapshots"], summary["new_codings"]) == (0, 0)
    assert kept(workspace) == before


def test_importing_a_changed_file_adds_and_the_old_file_can_become_current_again(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    file = workspace.folder / "own" / "codes.csv"
    first, (rows, snapshots) = file.read_bytes(), kept(workspace)
    file.write_bytes(first.replace(b",pilot,active,public,", b",demonstration,active,public,", 1))
    assert file.read_bytes() != first

    summary = take(cli, workspace)
    assert summary["new_snapshots"] == 1
    assert summary["new_codings"] == summary["codings"]  # the whole file was said again, in another snapshot
    changed_rows, changed_snapshots = kept(workspace)
    for name in rows:
        assert all(row in changed_rows[name] for row in rows[name])
    assert changed_snapshots.items() > snapshots.items()

    file.write_bytes(first)
    summary = take(cli, workspace)
    assert (summary["new_snapshots"], summary["new_codings"]) == (1, 0)
    book = workspace.open_ledger()
    current = current_snapshots(book)["fictional"]
    book.close()
    first_rows = {row["file_role"]: row["snapshot_id"] for row in rows["snapshot"]}
    assert current == first_rows
    assert kept(workspace)[1] == changed_snapshots
