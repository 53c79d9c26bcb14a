"""The linear coder: learns from codings, answers with calibrated probabilities and words, and is silent in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from dynapolis.coding.cues.coder import CueCoder, is_asked
from dynapolis.coding.linear.features import Counted, Grams, Lexicon, Matrix, cue_features, normalised
from dynapolis.coding.linear.model import EVERY_NTH, YES, Learned, Task, learn
from dynapolis.ids import digest_json
from dynapolis.model.arrays import FloatArray
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.cues import CueBook
from dynapolis.model.evidence import Coder, CoderKind
from dynapolis.model.language import Text
from dynapolis.model.suggestion import Reason, Suggestion, UnitText

ERROR_RATE = 0.10  # of prediction sets that may miss the true code
WANTED = 0.80  # share of answers to be right
LEAST_SHARE = 0.65  # of units that are answered in any case, the surest ones
LEAST_LABELS = 20  # of a scheme; below it cues speak alone
MOST_REASONS = 5
PRIMARY = ("sector",)  # several codes are allowed, but one is primary and figures count that one
ALL_ALIKE, IN_PART = 1.0, 0.65  # how far codes are evened out: sectors fully, since every sector is of interest
BATCH = 20_000
WORDS_KEPT = 2_000_000  # after which words met are forgotten, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Example:
    """A unit with its codes, to learn from.

    ``weight`` is 1 for a unit of the codebook itself; ``foreign`` marks codes carried over from another codebook, from
    which words are learned but not how often a code is right.
    """

    unit: UnitText
    codes: Mapping[str, tuple[str, ...]]
    weight: float = 1.0
    foreign: bool = False


@dataclass
class LinearCoder:
    """Learned from examples; see ``train``.

    Attributes:
        codebook: whose codes it gives.
        book: the cues it counts.
        learned: by scheme; schemes with too few labels are absent and answered by cues.
        fallback: the coder by cues.
        fingerprint: of everything it learned from and how.
    """

    codebook: Codebook
    book: CueBook
    lexicon: Lexicon
    grams: Grams
    learned: dict[str, Learned]
    fallback: CueCoder
    fingerprint: str
    least_share: float
    _by_word: dict[str, tuple[int, FloatArray]] = field(default_factory=dict)

    @classmethod
    def train(
        cls,
        examples: Sequence[Example],
        codebook: Codebook,
        book: CueBook,
        *,
        error_rate: float = ERROR_RATE,
        wanted: float = WANTED,
        least_share: float = LEAST_SHARE,
        schemes: Sequence[str] | None = None,
    ) -> LinearCoder:
        """Learn every scheme from the examples that have a code of it.

        Args:
            examples: in any order; they are put in the order of their ids, so that the order changes nothing.
            codebook: whose codes are learned.
            book: the cues.
            error_rate: of prediction sets.
            wanted: share of answers to be right, as far as cross-fitting can tell.
            least_share: of units to be answered in any case.
            schemes: to learn; by default all.
        """
        examples = sorted(examples, key=lambda e: e.unit.unit_id)
        names = tuple(s.scheme for s in codebook.schemes if schemes is None or s.scheme in schemes)
        lexicon = Lexicon(book, names)
        counted = lexicon.count([e.unit for e in examples])
        grams = Grams.learn(counted, lexicon.words)
        shared = grams.features(counted, lexicon.words)
        learned = {}
        for name in names:
            scheme = codebook.by_scheme[name]
            known = [i for i, e in enumerate(examples) if _fitting(e, scheme)]
            if len(known) < LEAST_LABELS:
                continue
            given = [_fitting(examples[i], scheme) for i in known]
            features = sparse.hstack([shared[known], cue_features(counted, lexicon, name)[known]]).tocsr()
            several = scheme.multiple and name not in PRIMARY and np.mean([len(r) > 1 for r in given]) >= EVERY_NTH
            task = Task(
                features,
                given,
                scheme.code_names,
                np.array([examples[i].weight for i in known]),
                np.array([not examples[i].foreign for i in known]),
                bool(several),
                error_rate,
                wanted,
                least_share,
                ALL_ALIKE if name in PRIMARY else IN_PART,
            )
            learned[name] = learn(task)
        told = [[e.unit.unit_id, e.unit.text, dict(e.codes), e.weight] for e in examples]
        settings = [error_rate, wanted, least_share, codebook.version, book.model_dump(mode="json")]
        fingerprint = digest_json([told, settings])[:12]
        return cls(codebook, book, lexicon, grams, learned, CueCoder(book), fingerprint, least_share)

    @cached_property
    def coder(self) -> Coder:
        """Its version is that of what it learned from."""
        name = Text(en="Linear model: words, n-grams and cues", ko="선형 모형: 낱말, n-그램, 단서")
        return Coder(id="linear", kind=CoderKind.MODEL, version=self.fingerprint, name=name)

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> list[Suggestion]:
        """One suggestion per unit and scheme asked of it, units in their order.

        Of the units given together, at least the stated share is answered, those of which the coder is surest.
        """
        return list(self.suggest(units, codebook))

    def suggest(self, units: Sequence[UnitText], codebook: Codebook) -> Iterator[Suggestion]:
        """The same, unit by unit."""
        parts = [self._seen(units[start : start + BATCH]) for start in range(0, len(units), BATCH)]
        cuts = {name: self._cut(name, np.vstack([part[name][0] for part in parts])) for name in self.learned if parts}
        for number, unit in enumerate(units):
            seen, place = parts[number // BATCH], number % BATCH
            for scheme in codebook.schemes:
                if not is_asked(scheme, unit.is_living_lab):
                    continue
                if scheme.scheme in seen:
                    p, reasons = seen[scheme.scheme]
                    yield self._suggestion(unit, scheme, p[place], cuts[scheme.scheme], reasons[place])
                else:
                    yield self.fallback.code([unit], codebook.model_copy(update={"schemes": (scheme,)}))[0]

    def _seen(self, units: Sequence[UnitText]) -> dict[str, tuple[FloatArray, list[tuple[Reason, ...]]]]:
        """Probabilities and deciding words of every learned scheme."""
        counted = self._count(units)
        found = {}
        for name, p in self._probabilities(counted, tuple(self.learned)).items():
            found[name] = (p, self._reasons(counted, name, p))
        return found

    def probabilities(self, units: Sequence[UnitText], scheme: str) -> FloatArray:
        """Calibrated probabilities of a learned scheme, shape (n_units, n_codes)."""
        starts = range(0, len(units), BATCH)
        found = [self._probabilities(self._count(units[i : i + BATCH]), (scheme,))[scheme] for i in starts]
        return np.vstack(found) if found else np.zeros((0, len(self.learned[scheme].codes)))

    def best(self, units: Sequence[UnitText], schemes: Sequence[str]) -> dict[str, tuple[list[str], FloatArray]]:
        """The best code and its probability only, for very many units at a time."""
        found = {}
        for name, p in self._probabilities(self._count(units), schemes).items():
            codes = self.learned[name].codes
            found[name] = ([codes[i] for i in p.argmax(axis=1)], p.max(axis=1))
        return found

    def _count(self, units: Sequence[UnitText]) -> Counted:
        if len(self.lexicon.words) > WORDS_KEPT:
            self._forget()
        return self.lexicon.count(units)

    def _probabilities(self, counted: Counted, schemes: Sequence[str]) -> dict[str, FloatArray]:
        held, scale = normalised(counted)
        n_grams = len(self.grams.column)
        found = {}
        for name in schemes:
            model = self.learned[name]
            scores = scale[:, None] * np.asarray(held @ self._weights_of_words(name)[: held.shape[1]])
            scores += cue_features(counted, self.lexicon, name) @ model.weights[n_grams:] + model.offset
            found[name] = model.probabilities(scores)
        return found

    def _weights_of_words(self, scheme: str) -> FloatArray:
        """What each word met so far adds to each code by its n-grams, shape (n_words, n_codes)."""
        known = self._by_word.get(scheme)
        n = len(self.lexicon.words)
        if known is None or known[0] < n:
            model = self.learned[scheme]
            table: Matrix = self.grams.of_words(self.lexicon.words)
            start = 0 if known is None else known[0]
            fresh = np.asarray(table[start:] @ model.weights[: len(self.grams.column)])
            whole = fresh if known is None else np.vstack([known[1], fresh])
            self._by_word[scheme] = (n, whole)
        return self._by_word[scheme][1]

    def _forget(self) -> None:
        self.lexicon = Lexicon(self.book, self.lexicon.schemes)
        self.grams = Grams(self.grams.column, self.grams.weight)
        self._by_word.clear()

    def _cut(self, scheme: str, p: FloatArray) -> float:
        """The learned threshold, lowered where it would leave too few of these units answered."""
        model = self.learned[scheme]
        n = int(np.ceil(self.least_share * len(p)))
        if not n:
            return model.answer_from
        sure = np.sort(p.max(axis=1))[::-1]
        return min(model.answer_from, float(sure[n - 1]))

    def _suggestion(
        self, unit: UnitText, scheme: Scheme, p: FloatArray, cut: float, reasons: tuple[Reason, ...]
    ) -> Suggestion:
        model = self.learned[scheme.scheme]
        order = np.argsort(-p, kind="stable")
        best = int(order[0])
        codes: tuple[str, ...] = ()
        if p[best] >= cut:
            chosen = [i for i in order if p[i] >= YES] if model.several else [best]
            codes = tuple(model.codes[i] for i in chosen or [best])
        elif (parent := _parent(scheme, model, p, best)) and parent[1] >= cut:
            codes = (parent[0],)
        inside = tuple(model.codes[i] for i in order if p[i] >= model.set_cut) or (model.codes[best],)
        return Suggestion(
            unit_id=unit.unit_id,
            scheme=scheme.scheme,
            probabilities=dict(zip(model.codes, p.round(6).tolist(), strict=True)),
            codes=codes,
            prediction_set=inside,
            reasons=reasons,
            why="" if codes else "unsure",
            error_rate=ERROR_RATE,
        )

    def _reasons(self, counted: Counted, scheme: str, p: FloatArray) -> list[tuple[Reason, ...]]:
        """The words that spoke most for the best code of every unit."""
        held, scale = normalised(counted)
        model = self.learned[scheme]
        by_word = self._weights_of_words(scheme) + self._cue_weights(scheme)
        best = p.argmax(axis=1)
        rows = []
        for number in range(len(p)):
            columns = held.indices[held.indptr[number] : held.indptr[number + 1]]
            values = held.data[held.indptr[number] : held.indptr[number + 1]]
            worth = scale[number] * values * by_word[columns, best[number]]
            top = [int(i) for i in np.argsort(-worth, kind="stable")[:MOST_REASONS] if worth[i] > 0]
            code = model.codes[best[number]]
            rows.append(tuple(Reason(code, self.lexicon.words[columns[i]], round(float(worth[i]), 4)) for i in top))
        return rows

    def _cue_weights(self, scheme: str) -> FloatArray:
        """What each word adds by being a cue, roughly: as one more cue anywhere in the text."""
        model, n_grams = self.learned[scheme], len(self.grams.column)
        cues = self.lexicon.cues(scheme)
        width = cues.shape[1]
        anywhere = model.weights[n_grams + width : n_grams + 2 * width]
        added: FloatArray = np.asarray(cues @ anywhere) * 5.0
        return added


def _fitting(example: Example, scheme: Scheme) -> tuple[str, ...]:
    """An example's codes of a scheme, where it is asked of it and knows them."""
    if not is_asked(scheme, example.unit.is_living_lab):
        return ()
    return tuple(code for code in example.codes.get(scheme.scheme, ()) if code in scheme.by_code)


def _parent(scheme: Scheme, model: Learned, p: FloatArray, best: int) -> tuple[str, float] | None:
    """The parent of the best code with the probability of it and all its children."""
    name = scheme.by_code[model.codes[best]].parent
    if name is None or model.several:
        return None
    family = [i for i, code in enumerate(model.codes) if code == name or scheme.by_code[code].parent == name]
    return name, float(p[family].sum())
