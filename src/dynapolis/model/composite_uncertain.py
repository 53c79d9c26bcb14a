"""What is uncertain about a composite indicator: steps, weights, values and numbers that might have been others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty

Range = tuple[float, float]


class UncertainStep(Frozen):
    """A step that might have been another: one of ``one_of``, each with its probability (equal if not given)."""

    name: NonEmpty
    kind: Literal["step"]
    step: Literal["impute", "treat", "normalise", "weight", "aggregate", "denominate", "screen"]
    one_of: tuple[dict[str, Any], ...] = Field(min_length=1)
    probabilities: tuple[float, ...] | None = None


class UncertainWeights(Frozen):
    """Weights around those of the step: Dirichlet (``concentration``), or each times 1 ± ``noise`` (uniform).

    Attributes:
        noise_at: the noise at single levels, where it is not ``noise``.
        levels: of which the weights are uncertain (1: those of the indicators); none means all.
        nodes: below which they are; none means all.
    """

    name: NonEmpty
    kind: Literal["weights"]
    distribution: Literal["dirichlet", "uniform_noise"] = "dirichlet"
    concentration: float = Field(default=100.0, gt=0)
    noise: float = Field(default=0.25, gt=0, lt=1)
    noise_at: dict[int, Annotated[float, Field(ge=0, lt=1)]] = Field(default_factory=dict)
    levels: tuple[int, ...] | None = None
    nodes: tuple[str, ...] | None = None


class UncertainIndicator(Frozen):
    """An error of measurement on one indicator's raw values, absolute or as a share of the value."""

    name: NonEmpty
    kind: Literal["error"]
    indicator: NonEmpty
    distribution: Literal["normal", "uniform"] = "normal"
    size: float = Field(gt=0)
    relative: bool = False


class UncertainValue(Frozen):
    """A number of a step that might have been another: uniform between two ends, or one of a list.

    ``path`` leads to the number, such as ``treat.max_winsorised`` or ``aggregate.each.Index.power``.
    """

    name: NonEmpty
    kind: Literal["value"]
    path: NonEmpty
    uniform: Range | None = None
    one_of: tuple[float, ...] = ()


Uncertainty = Annotated[
    UncertainStep | UncertainWeights | UncertainIndicator | UncertainValue, Field(discriminator="kind")
]


class Correlated(Frozen):
    """Two measurement errors that go together: the correlation of their draws."""

    between: tuple[NonEmpty, NonEmpty]
    correlation: float = Field(ge=-1, le=1)
