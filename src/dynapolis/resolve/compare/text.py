"""How much two descriptions speak of the same, by their rare words."""

from __future__ import annotations

from dynapolis.resolve.compare.evidence import Evidence, level_of, nothing
from dynapolis.resolve.compare.subject import Subject

LEVELS = (0.05, 0.1, 0.15, 0.22, 0.3)
_TOLD = 5


def compare_texts(left: Subject, right: Subject) -> Evidence:
    """The cosine of the descriptions' words, each weighted by how rare it is.

    Source: vector space model, Salton, Wong and Yang (1975), doi 10.1145/361219.361220.

    Example:
        >>> from dynapolis.resolve.compare.examples import pair
        >>> compare_texts(*pair({"text": ""}, {"text": "solar roofs"})).key
        'text_untold'
    """
    if not left.text or not right.text:
        return nothing("text")
    short, long = sorted((left.text, right.text), key=len)
    shared = {word: weight * long[word] for word, weight in short.items() if word in long}
    cosine = sum(shared.values())
    words = sorted(shared, key=lambda word: (-shared[word], word))[:_TOLD]
    key = "text_alike" if words else "text_other"
    return Evidence(level_of(cosine, LEVELS), min(cosine, 1.0), key, {"shared": ", ".join(words)})
