"""How right suggested codes are: repeated cross-validation on the adjudicated register, registers kept apart, IPS-X.

Each table sets the linear coder beside three baselines: the most frequent code; the codebook's cues alone; words and
logistic regression as anyone would write it. Intervals are of 90 %, by a bootstrap over units with all their
repetitions. In brackets after a calibration error stands what would be seen of probabilities that are exactly true.

    .venv/bin/python benchmarks/suggestions.py [--repeats 3] [--ips ../shared/data/ips-x/cases.csv]
"""

from __future__ import annotations

import argparse
import csv
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dynapolis.coding.cues.coder import CueCoder
from dynapolis.coding.linear.calibrate import calibration_error
from dynapolis.coding.linear.coder import Example, LinearCoder
from dynapolis.model.codebook import Code, Codebook, Scheme
from dynapolis.model.cues import CueBook
from dynapolis.model.language import Text
from dynapolis.model.suggestion import Passage, Suggestion, UnitText
from dynapolis.steps.suggestions import embedded_examples, kept_apart
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.cue_files import read_cues
from dynapolis.store.unit_files import read_units

SCHEMES = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead")
FOLDS = 5
ERROR_RATE = 0.10
COLUMNS = {"sector": "primary_sector", "stage": "status", "lead": "lead_organisation_category"}
LEAST = 10  # cases of a code of IPS-X that is kept


@dataclass(frozen=True)
class Answers:
    """Truth and answers of units that were not learned from.

    Attributes:
        units: which were asked about.
        truth: the primary code.
        best: the likeliest code.
        has: whether the probability came true: where a unit has several codes, whether the likeliest is one of them;
            otherwise whether it is the primary code.
        probability: of the likeliest code.
        inside: whether the prediction set holds the primary code.
        size: codes in the prediction set.
    """

    units: list[str]
    truth: list[str]
    best: list[str]
    has: list[bool]
    probability: list[float]
    inside: list[bool]
    size: list[int]


def main() -> None:
    """Run and print the tables."""
    warnings.filterwarnings("ignore")
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--ips", type=Path, default=Path("../shared/data/ips-x/cases.csv"))
    given = options.parse_args()
    whole = read_codebook(ContentPaths.default().codebooks, "2022.2")
    examples = embedded_examples(ContentPaths.default(), whole)
    texts = {_told_apart(unit) for unit in _register("starter")}
    starter = [e for e in examples if _told_apart(e.unit) in texts]
    _cross_validated(starter, whole, given.repeats)
    _kept_apart(examples, whole)
    if given.ips.is_file():
        _ips(given.ips, given.repeats)
    else:
        print(f"<!-- IPS-X not measured: {given.ips} is not there -->")


def _register(name: str) -> list[UnitText]:
    return read_units(ContentPaths.default().registers / name / "register.csv", {})


def _told_apart(unit: UnitText) -> frozenset[str]:
    """Names and descriptions: a project that another register lists too shares its name, not its description.

    A double would put the same project among those learned from and those asked about.
    """
    return frozenset(p.text for p in unit.passages if p.property != "lead_organisation")


def _cross_validated(examples: Sequence[Example], whole: Codebook, repeats: int) -> None:
    print("| scheme | units | coder | right | macro-F1 | calibration error | sets hold the truth | codes in a set |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in SCHEMES:
        known = [e for e in examples if e.codes.get(name)]
        if len(known) >= 2 * FOLDS:
            _say_scheme(name, known, whole, repeats)


def _say_scheme(name: str, known: Sequence[Example], whole: Codebook, repeats: int) -> None:
    codebook = whole.model_copy(update={"schemes": (whole.by_scheme[name],)})
    rules = CueCoder(read_cues(), least_margin=0.0).code([_free(e.unit) for e in known], codebook)
    pooled: dict[str, list[Answers]] = {"linear": [], "words": [], "majority": []}
    for repeat in range(repeats):
        for train, test in _folds(known, repeat):
            coder = LinearCoder.train(train, codebook, read_cues(), error_rate=ERROR_RATE)
            found = coder.code([_free(e.unit) for e in test], codebook)
            several = name in coder.learned and coder.learned[name].several
            pooled["linear"].append(_answers(found, test, name, several))
            pooled["words"].append(_words(train, test, name))
            common = Counter(e.codes[name][0] for e in train).most_common(1)[0][0]
            pooled["majority"].append(_plain([common] * len(test), [1.0] * len(test), test, name))
    by_unit = {s.unit_id: s for s in rules}
    pooled["cues"] = [_answers([by_unit[e.unit.unit_id] for e in known], known, name)]
    for coder_name, parts in pooled.items():
        print(f"| {name} | {len(known)} | {coder_name} | {_told(parts, coder_name == 'linear')} |", flush=True)


def _free(unit: UnitText) -> UnitText:
    """Every scheme is asked: the truth has one."""
    return replace(unit, is_living_lab=None)


def _folds(known: Sequence[Example], repeat: int) -> list[tuple[list[Example], list[Example]]]:
    order = np.random.default_rng(repeat).permutation(len(known))
    parts = np.array_split(order, FOLDS)
    return [
        ([known[i] for p, other in enumerate(parts) if p != f for i in other], [known[i] for i in part])
        for f, part in enumerate(parts)
    ]


def _answers(found: Sequence[Suggestion], test: Sequence[Example], name: str, several: bool = False) -> Answers:
    best = [max(s.probabilities, key=lambda c, s=s: s.probabilities[c]) for s in found]  # type: ignore[misc]
    p = [s.probabilities[b] for s, b in zip(found, best, strict=True)]
    truth = [e.codes[name][0] for e in test]
    inside = [t in (s.prediction_set or s.probabilities) for s, t in zip(found, truth, strict=True)]
    has = [b in (e.codes[name] if several else e.codes[name][:1]) for b, e in zip(best, test, strict=True)]
    return Answers([e.unit.unit_id for e in test], truth, best, has, p, inside, [len(s.prediction_set) for s in found])


def _plain(best: list[str], p: list[float], test: Sequence[Example], name: str) -> Answers:
    truth = [e.codes[name][0] for e in test]
    has = [t == b for t, b in zip(truth, best, strict=True)]
    return Answers([e.unit.unit_id for e in test], truth, best, has, p, [True] * len(best), [0] * len(best))


def _words(train: Sequence[Example], test: Sequence[Example], name: str) -> Answers:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = TfidfVectorizer(ngram_range=(1, 2)).fit([e.unit.text for e in train])
    model = LogisticRegression(max_iter=2000)
    model.fit(texts.transform([e.unit.text for e in train]), [e.codes[name][0] for e in train])
    p = model.predict_proba(texts.transform([e.unit.text for e in test]))
    return _plain([str(model.classes_[i]) for i in p.argmax(axis=1)], p.max(axis=1).tolist(), test, name)


def _told(parts: Sequence[Answers], sets: bool) -> str:
    truth = np.array([t for a in parts for t in a.truth])
    best = np.array([b for a in parts for b in a.best])
    p = np.array([x for a in parts for x in a.probability])
    right = (truth == best).astype(float)
    units = [u for a in parts for u in a.units]
    draws = _units_drawn(units)
    accuracy = _with_interval(right.mean(), [right[d].mean() for d in draws])
    f1 = _with_interval(_macro_f1(truth, best), [_macro_f1(truth[d], best[d]) for d in draws])
    has = np.array([x for a in parts for x in a.has], float)
    ece = f"{calibration_error(p, has):.3f} ({_least_error(p, units):.3f})"
    if not sets:
        return f"{accuracy} | {f1} | {ece} | | "
    hold = np.mean([x for a in parts for x in a.inside])
    size = np.mean([x for a in parts for x in a.size])
    return f"{accuracy} | {f1} | {ece} | {hold:.3f} | {size:.1f}"


def _units_drawn(units: Sequence[str]) -> list[np.ndarray]:
    """Answers of units drawn with replacement: repetitions ask about a unit again and are no further units."""
    _, place = np.unique(units, return_inverse=True)
    answers = np.split(np.argsort(place, kind="stable"), np.cumsum(np.bincount(place))[:-1])
    rng = np.random.default_rng(1)
    return [np.concatenate([answers[u] for u in rng.integers(len(answers), size=len(answers))]) for _ in range(200)]


def _least_error(p: np.ndarray, units: Sequence[str]) -> float:
    """The calibration error that would be seen, on average, if every probability were exactly true.

    So few units scatter about their probabilities; a unit asked about in every repetition is drawn once.
    """
    _, place = np.unique(units, return_inverse=True)
    rng = np.random.default_rng(1)
    drawn = [(rng.random(place.max() + 1)[place] < p).astype(float) for _ in range(200)]
    return float(np.mean([calibration_error(p, right) for right in drawn]))


def _with_interval(value: float, draws: Sequence[float]) -> str:
    low, high = np.quantile(draws, [0.05, 0.95])
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def _macro_f1(truth: np.ndarray, best: np.ndarray) -> float:
    scores = []
    for code in np.unique(truth):
        hit = ((truth == code) & (best == code)).sum()
        scores.append(2 * hit / ((truth == code).sum() + (best == code).sum()))
    return float(np.mean(scores))


def _kept_apart(examples: Sequence[Example], whole: Codebook) -> None:
    codebook = whole.model_copy(update={"schemes": (whole.by_scheme["sector"],)})
    print("\n| register kept apart | units | right, all | answered | right, answered |")
    print("| --- | --- | --- | --- | --- |")
    for name in ("europe", "world", "starter"):
        units = _register(name)
        path = ContentPaths.default().registers / name / ("adjudicated.csv" if name == "starter" else "register.csv")
        with path.open(encoding="utf-8", newline="") as file:
            truth = {row["id"]: row["sector"] for row in csv.DictReader(file)}
        coder = LinearCoder.train(kept_apart(examples, units), codebook, read_cues(), wanted=0.85, least_share=0.62)
        found = [s for s in coder.code(units, codebook) if s.unit_id in truth]
        every = np.mean(
            [max(s.probabilities, key=lambda c, s=s: s.probabilities[c]) == truth[s.unit_id] for s in found]
        )  # type: ignore[misc]
        answered = [s for s in found if s.codes]
        right = np.mean([s.codes[0] == truth[s.unit_id] for s in answered])
        print(f"| {name} | {len(found)} | {every:.3f} | {len(answered) / len(found):.3f} | {right:.3f} |", flush=True)


def _ips(path: Path, repeats: int) -> None:
    """The same coder on another codebook: no cues, its own codes, five folds."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    no_cues = CueBook(codebook="ips-x", licence="none", schemes={})
    print("\n| IPS-X | cases | coder | right | macro-F1 | kappa |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, column in COLUMNS.items():
        common = {code for code, n in Counter(r[column] for r in rows).items() if code and n >= LEAST}
        known = [_case(row, name, row[column]) for row in rows if row[column] in common]
        text = Text(en=name, ko="코드")
        codes = tuple(Code(code=c, label=text, origin="ours", rule=text) for c in sorted(common))
        scheme = Scheme(scheme=name, label=text, origin="ours", applies_to="all", multiple=False, codes=codes)
        whole = read_codebook(ContentPaths.default().codebooks, "2022.2")
        codebook = whole.model_copy(update={"schemes": (scheme,)})
        parts: dict[str, list[Answers]] = {"linear": [], "words": []}
        for repeat in range(repeats):
            for train, test in _folds(known, repeat):
                coder = LinearCoder.train(train, codebook, no_cues)
                parts["linear"].append(_answers(coder.code([e.unit for e in test], codebook), test, name))
                parts["words"].append(_words(train, test, name))
        for coder_name, found in parts.items():
            truth = np.array([t for a in found for t in a.truth])
            best = np.array([b for a in found for b in a.best])
            told = " | ".join(_told(found, False).split(" | ")[:2])
            print(f"| {name} | {len(known)} | {coder_name} | {told} | {_kappa(truth, best):.3f} |", flush=True)


def _case(row: dict[str, str], name: str, code: str) -> Example:
    passages = (Passage("name", "en", row["name"]), Passage("description", "en", row["description"]),
                Passage("lead_organisation", "en", row["lead_organisation_name"]))  # fmt: skip
    return Example(UnitText(row["id"], passages), {name: (code,)})


def _kappa(truth: np.ndarray, best: np.ndarray) -> float:
    observed = (truth == best).mean()
    expected = sum((truth == c).mean() * (best == c).mean() for c in np.unique(truth))
    return float((observed - expected) / (1 - expected))


if __name__ == "__main__":
    main()
