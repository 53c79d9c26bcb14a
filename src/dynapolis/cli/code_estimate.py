"""``dynapolis code sample`` and ``code estimate``: what people should code, and the share that follows from it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, language, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.figures.estimation.table import Estimates
    from dynapolis.model.arrays import FloatArray, IntArray

Level = Annotated[float, typer.Option(help="Share of samples whose interval should hold the truth.")]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="The source of chance; the same one gives the same.")]
DECIMALS = 9


def sample(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="All units: CSV with unit_id, and score if scored.")],
    size: Annotated[int, typer.Option(min=2, metavar="N", help="How many units people can code.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the design and the draw are written.")],
    strata: Annotated[int, typer.Option(min=1, metavar="N", help="Strata by score, or those of a column stratum.")] = 5,
    allocation: Annotated[str, typer.Option(help="neyman (more where scores leave doubt) or proportional.")] = "neyman",
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Draw the units that people should code, with the probability of each on record.

    Without scores and without a column stratum every unit has the same probability.
    """
    with reporting(as_json):
        import numpy as np

        from dynapolis.errors import BadUse
        from dynapolis.figures.estimation.design import allocate, draw_sample
        from dynapolis.figures.estimation.estimate import means_by
        from dynapolis.store.sample_files import read_frame, write_rows

        if allocation not in ("neyman", "proportional"):
            raise BadUse(f"'{allocation}' is no allocation; expected neyman or proportional")
        rows = read_frame(file)
        score = np.array([float(row["score"]) for row in rows]) if "score" in rows[0] else None
        stratum, names = _strata(rows, score, strata)
        counts = np.bincount(stratum)
        means = None if score is None else means_by(stratum, score, len(counts))
        try:
            sizes = allocate(counts, size, "neyman" if allocation == "neyman" else "proportional", means)
        except ValueError as error:
            raise BadUse(f"--size {size}: {error}") from error
        drawn = draw_sample(stratum, sizes, np.random.default_rng(seed))
        write_rows(out, _design_rows(rows, [names[n] for n in stratum], drawn.drawn, drawn.inclusion))
        made = [
            {"stratum": names[n], "n_units": int(counts[n]), "n_drawn": int(sizes[n]),
             "inclusion": round(float(sizes[n] / counts[n]), DECIMALS)}
            for n in range(len(counts))
        ]  # fmt: skip
        if as_json:
            print_json({"seed": seed, "allocation": allocation, "n_units": len(rows), "n_drawn": size, "strata": made})
        else:
            _say_sample(made, len(rows), size, out)


def _strata(rows: list[dict[str, str]], score: FloatArray | None, n: int) -> tuple[IntArray, list[str]]:
    """Number of each unit's stratum, and the strata's names."""
    import numpy as np

    from dynapolis.figures.estimation.design import strata_by_score

    if "stratum" in rows[0]:
        names = sorted({row["stratum"] for row in rows})
        return np.array([names.index(row["stratum"]) for row in rows], dtype=np.int64), names
    if score is None:
        return np.zeros(len(rows), dtype=np.int64), ["all"]
    stratum = strata_by_score(score, n)
    return stratum, [f"score-{number + 1}" for number in range(int(stratum.max()) + 1)]


def _design_rows(
    rows: list[dict[str, str]], strata: list[str], drawn: Any, inclusion: FloatArray
) -> list[dict[str, str]]:
    own = ("stratum", "inclusion", "drawn", "label", "picked")
    return [
        {name: cell for name, cell in row.items() if name not in own}
        | dict(zip(own, (stratum, f"{chance:.{DECIMALS}f}", "yes" if is_drawn else "no", "",
                         "random" if is_drawn else ""), strict=True))
        for row, stratum, is_drawn, chance in zip(rows, strata, drawn, inclusion, strict=True)
    ]  # fmt: skip


def estimate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="All units, with the labels of those drawn: CSV.")],
    code: Annotated[str, typer.Option(help="The code whose share is wanted.")],
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The labels, if they are in a file apart.")
    ] = None,
    level: Level = 0.95,
    resamples: Annotated[int, typer.Option(min=100, metavar="N", help="Of the bootstrap of adjusted counts.")] = 1000,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Print the share of a code by design, and by other estimators for comparison.

    Labels picked by active learning are refused, and every other fault of the design, with its reason.
    """
    with reporting(as_json):
        import numpy as np

        from dynapolis.errors import BadUse
        from dynapolis.figures.estimation.table import estimate_shares
        from dynapolis.store.sample_files import read_sample

        if not 0 < level < 1:
            raise BadUse(f"--level {level:g}: expected a share between 0 and 1, such as 0.95")
        units = read_sample(file, code, labels)
        found = estimate_shares(units, level, resamples, np.random.default_rng(seed))
        if as_json:
            print_json(asdict(found) | {"code": code, "level": level, "seed": seed})
        else:
            _say_estimates(found, code, level)


def _say_sample(strata: list[dict[str, Any]], n_units: int, n_drawn: int, out: Path) -> None:
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    say(words.say("estimate.drawn", n=f"{n_drawn:,}", units=f"{n_units:,}"))
    for row in strata:
        say(
            words.say(
                "estimate.stratum", stratum=row["stratum"], n=f"{row['n_drawn']:,}", units=f"{row['n_units']:,}",
                inclusion=f"{row['inclusion']:.4f}",
            )
        )  # fmt: skip
    say(words.say("estimate.next", file=str(out)))


def _say_estimates(found: Estimates, code: str, level: float) -> None:
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    numbers = {"units": f"{found.n_units:,}", "labels": f"{found.n_labels:,}", "strata": str(found.n_strata)}
    say(words.say("estimate.population", **numbers))
    say(words.say("estimate.head", code=code, level=f"{100 * level:g}"))
    for kind in (True, False):
        rows = [row for row in found.estimates if row.by_design is kind]
        if rows:
            say(words.say("estimate.by_design" if kind else "estimate.compared"))
        for row in rows:
            shares = {"share": row.share, "low": row.low, "high": row.high}
            told = {name: f"{100 * value:.2f}" for name, value in shares.items()}
            say(words.say("estimate.row", method=words.say(f"estimate.method_{row.method}"), **told))
    if found.ppi_refused:
        say(words.say("estimate.no_ppi"))
