"""A chat model behind an address: a server that answers well, badly, late, and not at all."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dynapolis.coding.chat.answer import NO_ANSWER, NOT_TOLD, read_answer
from dynapolis.coding.chat.coder import ChatCoder
from dynapolis.coding.chat.prompt import answer_key, answer_schema, prompt_for
from dynapolis.coding.conformance import check_coder
from dynapolis.errors import BadUse
from dynapolis.model.codebook import Codebook
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.store.chat_model import ChatModel, ChatSettings, ModelUnreachable
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.workspace import Workspace, open_workspace

Cli = Callable[..., Any]
UNIT = UnitText(
    "u", (Passage("name", "en", "Night bus"), Passage("description", "ko", "시가 심야 버스를 실증한다.")), False
)
SECRET = "sk-do-not-tell"


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


class Server:
    """An OpenAI-compatible server that behaves as told: a list of answers, statuses or waits, then the usual answer."""

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                outer.keys.append(self.headers.get("Authorization", ""))
                step = outer.script.pop(0) if outer.script else None
                if isinstance(step, int):
                    self.send_response(step)
                    self.send_header("Retry-After", "0")
                    self.end_headers()
                    return
                text = step if isinstance(step, str) else usual(body)
                data = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_words: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def usual(body: dict[str, Any]) -> str:
    """Answers sector and stage with words that stand in the text, the others with nothing."""
    text = body["messages"][1]["content"].split(": ", 1)[-1].split("\n")[0].split()
    word = text[0] if text else ""
    names = body["response_format"]["json_schema"]["schema"]["properties"]["answers"]["items"]["properties"]["scheme"][
        "enum"
    ]
    codes = {"sector": ["transport"], "stage": ["pilot"]}
    asked = [name for name in names if f"Scheme {name} (" in body["messages"][0]["content"]]
    answers = [
        {"scheme": n, "codes": codes.get(n, []), "quote": word if n in codes else "", "sure": 0.9} for n in asked
    ]
    return json.dumps({"answers": answers}, ensure_ascii=False)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def settings(server: Server, **changes: Any) -> ChatSettings:
    return ChatSettings(on=True, address=server.address, model="m", timeout=5, **changes)


def coder(server: Server, codebook: Codebook, folder: Path, **changes: Any) -> ChatCoder:
    given = settings(server, **changes)
    model = ChatModel(given, folder, answer_schema(codebook), wait=lambda _seconds: None)
    return ChatCoder(given.model, given.parameters, model.ask)


def test_a_chat_model_keeps_the_rules_of_coders(server: Server, codebook: Codebook, tmp_path: Path) -> None:
    assert check_coder(coder(server, codebook, tmp_path), codebook) == []


def test_the_question_holds_every_rule_in_both_languages_and_the_text(codebook: Codebook) -> None:
    system, user = (message["content"] for message in prompt_for(UNIT, codebook))
    for scheme in codebook.schemes:
        if scheme.applies_to != "living_labs":
            assert all(code.rule.en in system and code.rule.ko in system for code in scheme.codes if code.assignable)
    assert "시가 심야 버스를 실증한다." in user


def test_a_second_run_asks_nothing_and_another_model_asks_again(
    server: Server, codebook: Codebook, tmp_path: Path
) -> None:
    first = coder(server, codebook, tmp_path).code([UNIT], codebook)
    n = len(server.requests)
    assert n == 1
    assert coder(server, codebook, tmp_path).code([UNIT], codebook) == first
    assert len(server.requests) == n
    coder(server, codebook, tmp_path, seed=2).code([UNIT], codebook)
    assert len(server.requests) == n + 1


def test_the_key_changes_with_all_that_changes_an_answer(codebook: Codebook) -> None:
    other = UnitText("u", (Passage("name", "en", "Day bus"),), False)
    smaller = codebook.model_copy(update={"schemes": codebook.schemes[:3]})
    keys = {
        answer_key(UNIT, codebook, "m", {"seed": 1}), answer_key(other, codebook, "m", {"seed": 1}),
        answer_key(UNIT, smaller, "m", {"seed": 1}), answer_key(UNIT, codebook, "n", {"seed": 1}),
        answer_key(UNIT, codebook, "m", {"seed": 2}),
    }  # fmt: skip
    assert len(keys) == 5
    renamed = UnitText("another id", UNIT.passages, UNIT.is_living_lab)
    assert answer_key(renamed, codebook, "m", {"seed": 1}) in keys


BAD = {
    "garbage": "I think it is transport.",
    "another form": '{"answer": 3}',
    "a code of nowhere": '{"answers": [{"scheme": "sector", "codes": ["cats"], "quote": "Night bus", "sure": 1}]}',
    "an invented quote": '{"answers": [{"scheme": "sector", "codes": ["transport"], "quote": "a car", "sure": 1}]}',
    "no quote": '{"answers": [{"scheme": "sector", "codes": ["transport"], "quote": "", "sure": 1}]}',
    "a code twice": '{"answers": [{"scheme": "sector", "codes": ["safety", "safety"], "quote": "bus", "sure": 1}]}',
    "too sure": '{"answers": [{"scheme": "sector", "codes": ["transport"], "quote": "Night bus", "sure": 7}]}',
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_asked_again_with_what_is_wrong_and_else_silence(
    name: str, server: Server, codebook: Codebook, tmp_path: Path
) -> None:
    server.script = [BAD[name]]
    found = {s.scheme: s for s in coder(server, codebook, tmp_path).code([UNIT], codebook)}
    assert found["sector"].codes == ("transport",)
    assert "cannot be used" in server.requests[1]["messages"][-1]["content"]
    server.script = [BAD[name], BAD[name]]
    found = {s.scheme: s for s in coder(server, codebook, tmp_path / "second").code([UNIT], codebook)}
    assert found["sector"].abstains
    assert found["sector"].why == NO_ANSWER


def test_an_answer_in_a_fence_counts_and_nothing_told_is_silence(codebook: Codebook) -> None:
    said = '```json\n{"answers": [{"scheme": "sector", "codes": [], "quote": "", "sure": 0}]}\n```'
    found, faults = read_answer(said, UNIT, codebook)
    assert [s.why for s in found] == [NOT_TOLD]
    assert all("no answer" in fault for fault in faults)


def test_a_busy_server_is_asked_again_and_a_silent_one_told(server: Server, codebook: Codebook, tmp_path: Path) -> None:
    server.script = [429, 503]
    found = coder(server, codebook, tmp_path).code([UNIT], codebook)
    assert any(s.codes for s in found)
    assert len(server.requests) == 3
    server.script = [500] * 8
    with pytest.raises(ModelUnreachable, match="run the command again"):
        coder(server, codebook, tmp_path / "other").code([UNIT], codebook)
    server.script = [401]
    with pytest.raises(BadUse, match="refuses"):
        coder(server, codebook, tmp_path / "third").code([UNIT], codebook)
    with pytest.raises(ModelUnreachable):
        ChatModel(ChatSettings(address="http://127.0.0.1:9/v1", tries=1), tmp_path, {}, wait=lambda _s: None).ask(
            "k", []
        )


def test_the_key_of_the_server_is_sent_and_written_nowhere(
    server: Server, codebook: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNAPOLIS_CHAT_KEY", SECRET)
    coder(server, codebook, tmp_path).code([UNIT], codebook)
    assert server.keys == [f"Bearer {SECRET}"]
    assert all(SECRET not in path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json"))
    server.script = [401]
    with pytest.raises(BadUse) as told:
        coder(server, codebook, tmp_path / "x").code([UNIT], codebook)
    assert SECRET not in str(told.value)


def test_a_model_in_the_ledger_is_a_coder_among_others_and_decides_nothing_alone(
    cli: Cli, demo_workspace: Workspace, server: Server, tmp_path: Path
) -> None:
    place = tmp_path / "work"
    shutil.copytree(demo_workspace.folder, place, ignore=shutil.ignore_patterns("report", "reading"))
    off = cli("code", "run", "chat", "--workspace", str(place), "--most", "3")
    assert off.exit_code == 2
    assert "switched off" in off.stderr
    with (place / "dynapolis.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[coders.chat]\non = true\naddress = "{server.address}"\nmodel = "m"\n')
    ran = cli("code", "run", "chat", "--workspace", str(place), "--most", "12", "--scheme", "sector", "--json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["records"], told["answers"], told["codings"]) == (12, 12, 12)
    again = json.loads(
        cli("code", "run", "chat", "--workspace", str(place), "--most", "12", "--scheme", "sector", "--json").stdout
    )
    assert again["codings"] == 0
    assert len(server.requests) == 12
    made = json.loads(cli("run", "--edition", "model", "--workspace", str(place), "--json").stdout)
    from dynapolis.store.lake import read_parquet

    folder = open_workspace(place).editions / made["folder"].rsplit("/", 1)[-1]
    adopted = read_parquet(folder / "tables" / "core_coding__adopted.parquet").to_pylist()
    assert not [row for row in adopted if row["coder_id"] == "chat" and row["why"] in ("single_person", "model")]
    agreement = read_parquet(folder / "tables" / "out_coding__agreement.parquet").to_pylist()
    assert any("chat" in (row["coder_1"], row["coder_2"]) for row in agreement)


def test_the_coder_by_rules_runs_over_a_workspace(cli: Cli, demo_workspace: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "work"
    shutil.copytree(demo_workspace.folder, place, ignore=shutil.ignore_patterns("report", "reading"))
    told = json.loads(cli("code", "run", "rules", "--workspace", str(place), "--json").stdout)
    assert told["records"] == 725
    assert told["codings"] > 1000
    assert told["abstentions"] > 0
    assert cli("code", "run", "nobody", "--workspace", str(place)).exit_code == 2
