"""Fit the score of the city matcher on the development half of known towns, and write it into the content.

    .venv/bin/python tools/fit_place_score.py TYPED_TOWNS COORDINATES

TYPED_TOWNS is a CSV file (gzip or not) with town, country_iso and geonameid; COORDINATES one with geonameId, lat_GN and
lng_GN. Only strings outside the held-out half (``is_held_out``) are looked at. Run by hand after the rules, the
gazetteer or the signs changed; the same inputs give the same file.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import yaml

from dynapolis.places.calibrate import RIDGE, fit_weights, known_signs
from dynapolis.places.evaluate import Known, is_held_out
from dynapolis.places.match import Matcher
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.rules import read_place_rules
from dynapolis.places.score import read_calibration

OUT = Path(__file__).parents[1] / "src" / "dynapolis" / "content" / "places" / "calibration.yml"
# The least score of an answer: more than 98.5 % of answers of the development half are right above it
# (98 % with the finer gazetteer, whose small places have more namesakes).
THRESHOLDS = {"cities15000": 0.8, "cities500": 0.85}
FITTED_ON = {
    "en": "The half of the distinct (town, country) strings of Interreg partners 2000 to 2019 "
    "(pgourdongeo/Chap3_LocationalAnalysis) whose SHA-256 begins with an even byte; right is the reference place or a "
    "city within 15 km of it.",
    "ko": "인터레그 참여 기관이 2000~2019년에 적은 서로 다른 (도시, 국가) 문자열(pgourdongeo/Chap3_LocationalAnalysis) "
    "가운데 SHA-256의 첫 바이트가 짝수인 절반. 기준 장소이거나 그 15 km 안의 도시이면 맞은 것으로 본다.",
}


def rows(path: str) -> list[dict[str, str]]:
    """All rows of a CSV file, packed or not."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Fit each gazetteer and write the file."""
    where = {r["geonameId"]: (float(r["lat_GN"]), float(r["lng_GN"])) for r in rows(sys.argv[2])}
    known = [
        Known(r["town"], r["country_iso"], int(r["geonameid"]), *where.get(r["geonameid"], (None, None)))
        for r in rows(sys.argv[1])
        if r["geonameid"] and not is_held_out(r["town"])
    ]
    fitted = {}
    for name, threshold in THRESHOLDS.items():
        # Which of two misspelt names is looked at first depends on the weights; a second fit settles it.
        calibration = read_calibration(name)
        for _ in range(2):
            matcher = Matcher(read_gazetteer(name), read_place_rules(), calibration)  # type: ignore[arg-type]
            signs, right = known_signs(known, matcher)
            weights = fit_weights(signs, right)
            calibration = calibration.model_copy(update={"weights": weights})
        fitted[name] = {
            "n_strings": len(right), "n_right": sum(right), "ridge": RIDGE, "threshold": threshold, "weights": weights
        }  # fmt: skip
    text = "# Written by tools/fit_place_score.py; docs/en/method/places.md says what the weights mean.\n"
    content = {"fitted_on": FITTED_ON, "gazetteers": fitted}
    OUT.write_text(text + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


if __name__ == "__main__":
    main()
