"""The one type of table expression: a Narwhals lazy frame, whatever engine is behind it."""

from __future__ import annotations

from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
