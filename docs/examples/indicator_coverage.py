"""How many cities of an exported edition have a value of each indicator, and which indicators are in the index.

python docs/examples/indicator_coverage.py PACKAGE
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq


def main() -> None:
    """Print one line per indicator, in the order of the specification."""
    rows = pq.read_table(Path(sys.argv[1]) / "data" / "out_index__indicator_city.parquet").to_pylist()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        counts[row["indicator"]][row["status"]] += 1
        counts[row["indicator"]]["in_index"] = row["in_index"]
    print("id    ok  too_few  not_searched  in_index")
    for name, count in counts.items():
        in_index = "yes" if count["in_index"] else "no"
        print(f"{name}  {count['ok']:4}  {count['too_few']:7}  {count['not_searched']:12}  {in_index:>8}")


if __name__ == "__main__":
    main()
