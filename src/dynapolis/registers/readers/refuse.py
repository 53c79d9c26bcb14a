"""One way to say that a whole file cannot be read."""

from __future__ import annotations

from dynapolis.errors import BadInput, Fault


def refusal(name: str, found: str, expected: str, mend: str, *, row: int = 0, column: str = "") -> BadInput:
    """The error to raise for a file that cannot be read, with its one fault.

    Example:
        >>> print(refusal("x.csv", "an empty file", "a header", "export it again").faults[0])
        x.csv: found an empty file; expected a header; export it again
    """
    return BadInput(name, [Fault(name, row, column, found, expected, mend)])


def shown(names: tuple[str, ...] | list[str], most: int = 12) -> str:
    """Names in quotation marks, cut after ``most``, for a message.

    Example:
        >>> shown(["a", "b", "c"], most=2)
        "'a', 'b' and 1 more"
    """
    text = ", ".join(repr(name) for name in names[:most])
    return f"{text} and {len(names) - most:,} more" if len(names) > most else text or "none"
