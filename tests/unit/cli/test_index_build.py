"""``dynapolis index build`` and ``compare`` as people and scripts meet it, over the example of the handbook."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dynapolis.ids import digest_json
from dynapolis.model.composite import CompositeSpec
from dynapolis.store.files import digest_file

Cli = Callable[..., Any]
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "index"
CITIES, META, SPEC = EXAMPLE / "cities.csv", EXAMPLE / "indicators.csv", EXAMPLE / "index.yml"
ALWAYS = {
    "scores", "ranks", "weights", "statistics", "correlations", "reliability", "stage_raw", "stage_treated",
    "stage_normalised", "treatment", "denominator_correlations", "stage_denominated", "left_out",
}  # fmt: skip
EXPLORED = {"rank_intervals", "replicas", "replica_scores", "ahead", "rank_sets"}
PARTIAL = {"screening", "stage_screened", "stage_imputed", "score_parts", "strengths", "sensitivity", "laboratory"}


def build(cli: Cli, out: Path, *more: str | Path, data: Path = CITIES, lang: str = "en") -> Any:
    done = cli("index", "build", "--data", data, "--out", out, *more, lang=lang)
    assert done.exit_code == 0, done.output
    return done


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def built(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with everything that can be asked for; only to be read."""
    out = tmp_path_factory.mktemp("built") / "out"
    build(cli, out, "--spec", SPEC, "--replicas", "300", "--sensitivity", "16", "--unit", "CO", "--unit", "EL",
          "--laboratory", "City", "--format", "csv,parquet,xlsx")  # fmt: skip
    return out


def test_the_metadata_of_coinr_alone_make_an_index_by_the_usual_steps(cli: Cli, tmp_path: Path) -> None:
    done = build(cli, tmp_path / "out", "--meta", META)
    assert {path.stem for path in (tmp_path / "out").glob("*.csv")} == ALWAYS
    assert done.stdout.splitlines()[0] == "Index indicators, 8 units; the first ones:"


def test_every_table_is_written_in_every_format_and_the_manifest_names_them(built: Path) -> None:
    tables = ALWAYS | EXPLORED | PARTIAL
    assert {path.stem for path in built.glob("*.csv")} == tables == {path.stem for path in built.glob("*.parquet")}
    manifest = json.loads((built / "manifest.json").read_text())
    assert set(manifest["files"]) == {path.name for path in built.iterdir()} - {"manifest.json"}
    assert all(digest_file(built / name) == digest for name, digest in manifest["files"].items())
    for name in tables:
        rows, table = read(built / f"{name}.csv"), pq.read_table(built / f"{name}.parquet")
        assert (len(rows), list(rows[0])) == (table.num_rows, table.column_names)


def test_the_manifest_holds_what_the_tables_were_made_from(built: Path) -> None:
    made_from = json.loads((built / "manifest.json").read_text())["made_from"]
    spec = CompositeSpec.model_validate(made_from["specification"])
    assert spec.index == "liveable"
    assert made_from["specification_sha256"] == digest_json(spec.model_dump(mode="json", by_alias=True))
    assert made_from["files"] == {
        "data": {"name": "cities.csv", "sha256": digest_file(CITIES)},
        "spec": {"name": "index.yml", "sha256": digest_file(SPEC)},
    }
    assert {key: made_from[key] for key in ("replicas", "sensitivity", "units", "laboratory", "seed", "unused")} == {
        "replicas": 300, "sensitivity": 16, "units": ["CO", "EL"], "laboratory": "City", "seed": 2022, "unused": [],
    }  # fmt: skip


def test_the_same_call_gives_the_same_bytes_and_another_seed_other_replicas(
    cli: Cli, built: Path, tmp_path: Path
) -> None:
    words = ("--spec", SPEC, "--replicas", "300", "--sensitivity", "16", "--unit", "CO", "--unit", "EL", "--laboratory",
             "City", "--format", "csv,parquet,xlsx")  # fmt: skip
    build(cli, tmp_path / "again", *words)
    assert {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()} == {
        p.name: p.read_bytes() for p in built.iterdir()
    }
    build(cli, tmp_path / "other", *words, "--seed", "7")
    for name in ("scores.csv", "ranks.csv", "weights.csv", "stage_normalised.csv"):
        assert (tmp_path / "other" / name).read_bytes() == (built / name).read_bytes()
    assert (tmp_path / "other" / "replica_scores.csv").read_bytes() != (built / "replica_scores.csv").read_bytes()


def test_a_rank_is_printed_with_its_interval_or_not_at_all(cli: Cli, tmp_path: Path) -> None:
    without = build(cli, tmp_path / "one", "--spec", SPEC)
    assert "rank" not in "".join(line for line in without.stdout.splitlines() if line.startswith("  "))
    assert "--replicas 1000" in without.stdout
    done = build(cli, tmp_path / "two", "--spec", SPEC, "--replicas", "200")
    lines = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    told = {row["name"]: row for row in read(tmp_path / "two" / "rank_intervals.csv")}
    assert len(lines) == len(told) == 8
    for line in lines:
        row = told[line.split(":")[0]]
        low, high, rank = (f"{float(row[name]):g}" for name in ("rank_90_low", "rank_90_high", "rank"))
        assert line.endswith(f": {float(row['score']):.2f}, rank {rank} ({low} to {high})")
    assert "In brackets: the ranks taken in 90% of the replicas or more.\nReplicas: 200; none failed." in done.stdout


def test_what_it_says_is_korean_where_that_is_the_language(cli: Cli, tmp_path: Path) -> None:
    done = build(cli, tmp_path / "out", "--spec", SPEC, "--replicas", "50", lang="ko")
    assert done.stdout.splitlines()[0].startswith("지수 살기 좋은 도시, 단위 8개")
    assert "위(" in done.stdout and "실패 없음" in done.stdout


def test_failed_replicas_are_counted_and_listed_with_why(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yml"
    spec.write_text(SPEC.read_text(encoding="utf-8").replace("range: [1, 100]", "range: [0, 100]"), encoding="utf-8")
    done = build(cli, tmp_path / "out", "--spec", spec, "--replicas", "60")
    failed = read(tmp_path / "out" / "failures.csv")
    assert f"Replicas: 60, of which {len(failed)} failed; the table failures says why." in done.stdout
    assert 0 < len(failed) < 60
    assert all("geometric" in row["why"] for row in failed)


def test_machines_get_one_value_with_scores_and_intervals(cli: Cli, tmp_path: Path) -> None:
    told = json.loads(build(cli, tmp_path / "out", "--spec", SPEC, "--replicas", "50", "--json").stdout)
    assert set(told) == {"index", "folder", "files", "scores", "rank_intervals", "n_failed", "unused"}
    assert len(told["scores"]) == len(told["rank_intervals"]) == 8
    assert set(told["files"]) == {p.name for p in (tmp_path / "out").iterdir()} - {"manifest.json"}
    told = json.loads(build(cli, tmp_path / "out", "--meta", META, "--json").stdout)
    assert told["rank_intervals"] == []


def test_building_again_in_the_same_folder_leaves_nothing_of_the_build_before(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(cli, out, "--spec", SPEC, "--replicas", "20")
    assert (out / "rank_intervals.csv").exists()
    build(cli, out, "--spec", SPEC)
    assert {path.stem for path in out.glob("*.csv")} == ALWAYS | {"screening", "stage_screened", "stage_imputed"}


def test_semicolons_and_columns_that_nobody_asked_for_are_read_and_told(cli: Cli, tmp_path: Path) -> None:
    rows = CITIES.read_text(encoding="utf-8").splitlines()
    text = "\n".join(f"{row},{'remark' if number == 0 else 'x'}" for number, row in enumerate(rows))
    data = tmp_path / "cities.csv"
    data.write_bytes(text.replace(",", ";").encode("utf-8-sig"))
    done = build(cli, tmp_path / "out", "--spec", SPEC, data=data)
    build(cli, tmp_path / "plain", "--spec", SPEC)
    assert "left out: remark" in done.stdout
    assert (tmp_path / "out" / "scores.csv").read_bytes() == (tmp_path / "plain" / "scores.csv").read_bytes()


def panel(folder: Path) -> tuple[Path, Path]:
    """The example for two years, which are alike, and its specification."""
    rows = CITIES.read_text(encoding="utf-8").splitlines()
    lines = [f"year,{rows[0]}", *(f"{year},{row}" for year in (2021, 2022) for row in rows[1:])]
    data, spec = folder / "panel.csv", folder / "spec.yml"
    data.write_text("\n".join(lines), encoding="utf-8")
    text = SPEC.read_text(encoding="utf-8").replace("unit: uCode", "unit: uCode\n  time: year")
    spec.write_text(
        text.replace("{step: impute,", "{step: impute, method: linear}\n  - {step: impute,"), encoding="utf-8"
    )
    return data, spec


def test_a_panel_shows_its_last_year(cli: Cli, tmp_path: Path) -> None:
    data, spec = panel(tmp_path)
    done = build(cli, tmp_path / "out", "--spec", spec, "--replicas", "20", "--unit", "CO", data=data)
    assert done.stdout.splitlines()[0] == "Index Liveable city 2022, 8 units; the first ones:"
    intervals = read(tmp_path / "out" / "rank_intervals.csv")
    assert {row["time"] for row in intervals} == {"2021", "2022"}
    assert {row["time"] for row in read(tmp_path / "out" / "score_parts.csv")} == {"2021", "2022"}
    assert not (tmp_path / "out" / "ahead.csv").exists()
    trends = read(tmp_path / "out" / "trends.csv")
    assert {(row["first"], row["latest"], row["n_observed"]) for row in trends if row["growth"]} == {
        ("2021", "2022", "2")
    }
    assert {float(row["growth"]) for row in trends if row["growth"]} == {0.0}
    assert [(row["unit"], row["indicator"]) for row in trends if not row["growth"]] == [("EL", "dust")]
    assert {row["time"] for row in read(tmp_path / "out" / "strengths.csv")} == {"2022"}


# What if: other weights, other variants


def test_the_laboratory_tells_what_other_weights_could_do_to_each_unit(built: Path) -> None:
    """Two children: as the weight of Green goes from 0 to 1, a unit takes every rank that some weight gives it."""
    rows = {row["unit"]: row for row in read(built / "laboratory.csv")}
    scores = read(built / "scores.csv")
    green, work = ({row["unit"]: float(row[node]) for row in scores} for node in ("Green", "Work"))
    for unit, row in rows.items():
        ranks = set()
        for step in range(2001):
            mixed = {other: step / 2000 * green[other] + (1 - step / 2000) * work[other] for other in green}
            ranks.add(1 + sum(value > mixed[unit] for value in mixed.values()))
        assert (int(row["best_rank"]), int(row["worst_rank"])) == (min(ranks), max(ranks))
        assert (row["node"], row["is_exact"]) == ("City", "True")
    assert sum(float(row["share_leading"]) for row in rows.values()) == pytest.approx(1)


def test_strengths_are_told_by_what_the_index_measures(built: Path) -> None:
    """Cole is the smallest town but one; a head, nobody plants more trees."""
    told = {(row["unit"], row["indicator"]): row for row in read(built / "strengths.csv")}
    assert (told["CO", "trees"]["kind"], told["CO", "trees"]["rank"]) == ("strength", "1")
    assert float(told["CO", "trees"]["value"]) == pytest.approx(2950 / 60000 * 1000)
    assert ("EL", "dust") not in told, "a filled gap is neither"


@pytest.mark.parametrize(
    ("node", "why"), [("Nowhere", "no node 'Nowhere'; expected one of City, "), ("dust", "no node")]
)
def test_the_laboratory_refuses_what_is_no_node(cli: Cli, tmp_path: Path, node: str, why: str) -> None:
    done = cli("index", "build", "--data", CITIES, "--spec", SPEC, "--laboratory", node, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert why in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_laboratory_refuses_a_panel(cli: Cli, tmp_path: Path) -> None:
    data, spec = panel(tmp_path)
    done = cli("index", "build", "--data", data, "--spec", spec, "--laboratory", "City", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "found 2 times; expected one" in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_the_solver_says_does_not_get_among_what_machines_read(program: Any, tmp_path: Path) -> None:
    """On these thirty units the solver of the laboratory writes lines of its own to standard output."""
    drawn = random.Random(3)
    rows = ["uCode,a,b,c,d", *(f"u{n}," + ",".join(str(drawn.randint(1, 99)) for _ in range(4)) for n in range(30))]
    (tmp_path / "data.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "spec.yml").write_text(
        "index: noisy\nnodes: [{code: I}]\n"
        f"indicators: [{', '.join(f'{{code: {code}, parent: I}}' for code in 'abcd')}]\n"
        "steps: [{step: normalise, method: none}, {step: aggregate, method: arithmetic}]\n",
        encoding="utf-8",
    )
    process = program("index", "build", "--data", tmp_path / "data.csv", "--spec", tmp_path / "spec.yml",
                      "--laboratory", "I", "--out", tmp_path / "out", "--json")  # fmt: skip
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["index"] == "noisy"
    assert "laboratory.csv" in json.loads(out)["files"]


@pytest.fixture
def variants(tmp_path: Path) -> tuple[Path, Path]:
    """The example, and the same with geometric means."""
    first, second = tmp_path / "sums.yml", tmp_path / "products.yml"
    text = SPEC.read_text(encoding="utf-8")
    first.write_text(text, encoding="utf-8")
    second.write_text(text.replace("aggregate, method: arithmetic}", "aggregate, method: geometric}"), encoding="utf-8")
    return first, second


def compare(cli: Cli, out: Path, *specs: Path, more: tuple[str | Path, ...] = (), lang: str = "en") -> Any:
    named = [word for spec in specs for word in ("--spec", spec)]
    return cli("index", "compare", "--data", CITIES, *named, "--out", out, *more, lang=lang)


def test_variants_are_compared_with_the_first_and_agree_with_builds_of_each(
    cli: Cli, tmp_path: Path, variants: tuple[Path, Path]
) -> None:
    out = tmp_path / "out"
    done = compare(cli, out, *variants)
    assert done.exit_code == 0, done.output
    rows = {(row["variant"], row["unit"]): row for row in read(out / "compared.csv")}
    for spec in variants:
        build(cli, tmp_path / spec.stem, "--spec", spec)
        for score, rank in zip(read(tmp_path / spec.stem / "scores.csv"), read(tmp_path / spec.stem / "ranks.csv"),
                               strict=True):  # fmt: skip
            row = rows[spec.stem, score["unit"]]
            assert (row["score"], float(row["rank"])) == (score["City"], float(rank["City"]))
            base = rows["sums", score["unit"]]
            assert float(row["rank_change"]) == float(base["rank"]) - float(row["rank"])
    base, other = read(out / "variants.csv")
    assert (base["variant"], base["compared_with"], base["n_moved"]) == ("sums", "sums", "0")
    moved = sum(float(row["rank_change"]) != 0 for (name, _), row in rows.items() if name == "products")
    assert (other["variant"], int(other["n_moved"])) == ("products", moved)
    assert done.stdout.splitlines() == [
        f"products against sums: rank correlation {float(other['rank_correlation']):.2f}, {moved} units with another "
        f"rank, {float(other['mean_change']):.1f} places on average",
        f"2 files written to {out}",
    ]


def test_the_manifest_of_a_comparison_names_every_variant_and_file(
    cli: Cli, tmp_path: Path, variants: tuple[Path, Path]
) -> None:
    out = tmp_path / "out"
    assert compare(cli, out, *variants, more=("--format", "csv,xlsx")).exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(manifest["files"]) == {"compared.csv", "variants.csv", "comparison.xlsx"}
    made_from = manifest["made_from"]
    assert made_from["files"] == {"data": {"name": "cities.csv", "sha256": digest_file(CITIES)}}
    for spec in variants:
        told = made_from["variants"][spec.stem]
        assert told["file"] == {"name": spec.name, "sha256": digest_file(spec)}
        assert CompositeSpec.model_validate(told["specification"]).index == "liveable"
        assert told["specification_sha256"] == digest_json(told["specification"])


def test_a_comparison_is_told_to_machines_and_in_korean(cli: Cli, tmp_path: Path, variants: tuple[Path, Path]) -> None:
    told = json.loads(compare(cli, tmp_path / "one", *variants, more=("--json",)).stdout)
    assert set(told) == {"folder", "files", "variants"}
    assert [row["variant"] for row in told["variants"]] == ["sums", "products"]
    done = compare(cli, tmp_path / "two", *variants, lang="ko")
    assert done.stdout.startswith("sums 대비 products: 순위 상관 ")


def test_variants_may_share_the_tree_of_the_metadata(cli: Cli, tmp_path: Path) -> None:
    specs = []
    for name, method in (("given", "given"), ("equal", "equal")):
        path = tmp_path / f"{name}.yml"
        path.write_text(
            "index: liveable\nsteps:\n  - {step: denominate}\n  - {step: normalise, method: min_max}\n"
            f"  - {{step: weight, method: {method}}}\n  - {{step: aggregate, method: arithmetic}}\n",
            encoding="utf-8",
        )
        specs.append(path)
    done = compare(cli, tmp_path / "out", *specs, more=("--meta", META))
    assert done.exit_code == 0, done.output
    assert len(read(tmp_path / "out" / "compared.csv")) == 16
    assert set(json.loads((tmp_path / "out" / "manifest.json").read_text())["made_from"]["files"]) == {"data", "meta"}


def test_a_variant_goes_by_its_file_so_names_that_are_alike_are_refused_and_so_is_one_alone(
    cli: Cli, tmp_path: Path, variants: tuple[Path, Path]
) -> None:
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / variants[0].name
    twin.write_bytes(variants[1].read_bytes())
    for specs, why in (((*variants, twin), "several files are called sums"), (variants[:1], "expected two or more")):
        done = compare(cli, tmp_path / "out", *specs)
        assert done.exit_code == 2
        assert why in done.stderr
        assert not (tmp_path / "out").exists()


def test_both_forms_of_the_example_hold_the_same_tree(cli: Cli, tmp_path: Path) -> None:
    steps = tmp_path / "steps.yml"
    text = SPEC.read_text(encoding="utf-8")
    steps.write_text("index: liveable\n" + text[text.index("steps:") :], encoding="utf-8")
    build(cli, tmp_path / "meta", "--meta", META, "--spec", steps)
    build(cli, tmp_path / "own", "--spec", SPEC)
    for name in ("scores.csv", "ranks.csv", "weights.csv"):
        from_meta, own = (sorted(map(cells, read(tmp_path / kind / name))) for kind in ("meta", "own"))
        assert from_meta == own


def cells(row: dict[str, str]) -> list[tuple[str, str]]:
    """A row whatever the order of its columns."""
    return sorted(row.items())
