"""Ranks of the same cities in two editions of a workspace, side by side, with their intervals.

python docs/examples/compare_ranks.py WORKSPACE EDITION EDITION
"""

from __future__ import annotations

import sys
from pathlib import Path

from dynapolis.store.editions import find_edition
from dynapolis.store.workspace import open_workspace


def ranks(workspace: str, edition: str) -> dict[str, tuple[float, float, float]]:
    """Median rank and its 90 % interval by city, in the order of the edition."""
    place = open_workspace(Path(workspace))
    ledger = place.open_ledger()
    try:
        table = find_edition(place.editions, ledger, edition).table("out_index__rank_interval_city")
    finally:
        ledger.close()
    return {r["city_id"]: (r["median_rank"], r["rank_low_90"], r["rank_high_90"]) for r in table.to_pylist()}


def main() -> None:
    """Print one line per city; a star where the new median lies outside the old interval."""
    workspace, first, second = sys.argv[1:]
    before, after = ranks(workspace, first), ranks(workspace, second)
    print(f"{'':14}{first:>16}{second:>16}")
    for city, (median, low, high) in before.items():
        new, new_low, new_high = after[city]
        star = " *" if not low <= new <= high else ""
        print(f"{city:14}{f'{median:g} ({low:g}-{high:g})':>16}{f'{new:g} ({new_low:g}-{new_high:g})':>16}{star}")


if __name__ == "__main__":
    main()
