"""What the builders make: plain dictionaries."""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]  # a specification or a part of one
Datum = dict[str, Any]  # one row of its data
