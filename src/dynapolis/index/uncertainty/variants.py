"""The steps of an index under other choices: options of uncertain steps and numbers, checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dynapolis.errors import BadUse
from dynapolis.model.composite import CompositeSpec, Step, UncertainStep, UncertainValue

_STEP: TypeAdapter[Any] = TypeAdapter(Step)


def option_steps(spec: CompositeSpec, item: UncertainStep) -> tuple[Any, ...]:
    """The step under each option: what an option does not say is as in the step.

    Raises:
        BadUse: there is no such step, or an option is no such step; all faulty options are told.

    Example:
        >>> from dynapolis.model.composite import IndexIndicator, Node, Normalise
        >>> options = ({"method": "rank"}, {"range": [1, 9]})
        >>> item = UncertainStep(name="n", kind="step", step="normalise", one_of=options)
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), indicators=(IndexIndicator(code="x", parent="i"),),
        ...     steps=(Normalise(step="normalise", method="min_max"),), uncertain=(item,),
        ... )
        >>> [(step.method, step.range) for step in option_steps(spec, item)]
        [('rank', None), ('min_max', (1.0, 9.0))]
    """
    found, faults = [], []
    said = spec.step(item.step)
    if said is None:
        raise BadUse(f"uncertain {item.name}: there is no step {item.step}; add it to the steps, which it varies")
    base = said.model_dump(by_alias=True, exclude_unset=True)
    for number, option in enumerate(item.one_of, 1):
        try:
            found.append(_STEP.validate_python({**base, **option, "step": item.step}))
        except ValidationError as error:
            faults += [f"option {number}, {_place(e['loc'])}: {e['msg']}" for e in error.errors()]
    if faults:
        raise BadUse(f"uncertain {item.name}: " + "; ".join(faults) + "; correct the options of one_of")
    return tuple(found)


def steps_under(
    spec: CompositeSpec, options: Mapping[str, int], values: Mapping[str, float], settled: frozenset[str] = frozenset()
) -> tuple[Any, ...]:
    """The steps that a replica takes.

    Args:
        spec: the steps as they stand, and what is uncertain.
        options: by the name of an uncertain step, the place of the option.
        values: by the name of an uncertain number, the number.
        settled: inputs that are left as they stand.

    Raises:
        BadUse: a number has no place in the steps, or a step does not take it.
    """
    steps = list(spec.steps)
    for item in spec.uncertain:
        if item.name in settled:
            continue
        if isinstance(item, UncertainStep):
            place = next(number for number, step in enumerate(spec.steps) if step.step == item.step)
            steps[place] = option_steps(spec, item)[options[item.name]]
    for item in spec.uncertain:
        if isinstance(item, UncertainValue):
            _put(steps, item, values[item.name])
    return tuple(steps)


def _put(steps: list[Any], item: UncertainValue, value: float) -> None:
    """Put a number into its step; whole where the step wants a whole number."""
    path = item.path.split(".")
    place = next((number for number, step in enumerate(steps) if step.step == path[0]), None)
    if place is None or len(path) < 2:
        raise _no_place(item, [step.step for step in steps])
    raw = steps[place].model_dump(by_alias=True, exclude_unset=True)
    at = raw
    for name in path[1:-1]:
        at = at.setdefault(name, {}) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise _no_place(item, [step.step for step in steps])
    for number in (value, round(value)):
        at[path[-1]] = number
        try:
            steps[place] = _STEP.validate_python(raw)
        except ValidationError as error:
            why = "; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())
            continue
        return
    raise BadUse(f"uncertain {item.name}: {item.path} does not take {value:g} ({why}); correct the path or the numbers")


def _no_place(item: UncertainValue, known: Sequence[str]) -> BadUse:
    return BadUse(
        f"uncertain {item.name}: {item.path} leads to no number; expected a step and its number, such as "
        f"treat.max_winsorised (steps: {', '.join(known)}); correct the path"
    )


def _place(loc: Sequence[object]) -> str:
    return ".".join(str(part) for part in loc[1:]) or "step"
