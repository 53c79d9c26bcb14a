"""From (town, country) as typed to a city, with a score and a reason, or to a refusal with a reason."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from dynapolis.errors import BadUse
from dynapolis.places.answer import PlaceAnswer, Reason, RunnerUp, refused
from dynapolis.places.candidates import Candidate, CountryReader
from dynapolis.places.country_code import country_names, find_country
from dynapolis.places.fold import fold_words, unmix
from dynapolis.places.gazetteer import SURE, Country, Found, Gazetteer
from dynapolis.places.reading import AMONG_WORDS, Place, Reading
from dynapolis.places.rules import PlaceRules, read_place_rules
from dynapolis.places.score import Calibration, Look, Rest, Signs, read_calibration, score
from dynapolis.text import clean

BIG_CITY = 100_000  # the name of so big a city elsewhere is no typing error for one here
_AMBIGUOUS_LEAD = 1.0

Pair = tuple[str, str]
Decisions = Mapping[Pair, int | None]


def match_places(
    pairs: Sequence[Pair],
    gazetteer: Gazetteer,
    decisions: Decisions | None = None,
    *,
    rules: PlaceRules | None = None,
    calibration: Calibration | None = None,
    threshold: float | None = None,
) -> list[PlaceAnswer]:
    """The city of each pair of town and country as typed.

    Args:
        pairs: town and country as they stand in a list; equal pairs get equal answers.
        gazetteer: where the cities come from.
        decisions: GeoNames ids that persons decided on, by town and country; None as a value means no city.
        rules, calibration: content; the shipped ones if not given.
        threshold: the least score of an answer, 0 to 1; the calibration's if not given.

    Returns:
        One answer per pair, in their order.

    Raises:
        BadUse: a decision on one of the pairs names a GeoNames id that is not known.

    Source:
        Names: GeoNames (CC BY 4.0). Typing errors: Damerau (1964), doi 10.1145/363958.363994, as optimal string
        alignment. Score: logistic regression with a ridge, fitted on a development part (docs/en/method/places.md).

    Example:
        >>> from dynapolis.places.read_gazetteer import read_gazetteer
        >>> cities = read_gazetteer()
        >>> answers = match_places([("KOBENHAVN K", "DK"), ("Athinai", "EL"), ("MOSKVA", "RO")], cities)
        >>> [(a.geonameid, a.name, a.reason.value) for a in answers]
        [(2618425, 'Copenhagen', 'tail'), (264371, 'Athens', 'alternate'), (None, '', 'other_country')]
    """
    matcher = Matcher(
        gazetteer, rules or read_place_rules(), calibration or read_calibration(gazetteer.name), threshold
    )
    return matcher.match(pairs, decisions or {})


@dataclass(frozen=True, slots=True)
class Considered:
    """What a town may stand for, before anything is decided.

    Attributes:
        town, words, core: as typed, folded, and without postcodes and the like.
        country: ISO 3166-1 code; "" where none is given.
        candidates: likeliest first; the first one is believed or nothing is.
        refusal: a reason that forbids every answer.
    """

    town: str
    words: str
    core: str
    country: str
    candidates: Sequence[Candidate] = ()
    refusal: Reason | None = None


@dataclass
class Matcher:
    """Everything that matching needs, made ready once."""

    gazetteer: Gazetteer
    rules: PlaceRules
    calibration: Calibration
    threshold: float | None = None
    _readers: dict[str, CountryReader] = field(default_factory=dict)
    _codes: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = country_names(self.rules, self.gazetteer)
        self.least = self.calibration.threshold if self.threshold is None else self.threshold

    def match(self, pairs: Sequence[Pair], decisions: Decisions) -> list[PlaceAnswer]:
        """The answers for some pairs, in their order."""
        distinct = list(dict.fromkeys(pairs))
        lookup = {self._decision_key(*pair): wanted for pair, wanted in decisions.items()}
        decided = {pair: d for pair in distinct if (d := self._decided(pair, lookup))} if lookup else {}
        rest = [pair for pair in distinct if pair not in decided]
        with collector_resting():
            answers = dict(zip(rest, map(self.answer, self.consider(rest)), strict=True))
        return [decided.get(pair) or answers[pair] for pair in pairs]

    def make_ready(self, countries: Iterable[str]) -> None:
        """Do now what matching would do when it first meets a country, so that it can be timed apart."""
        for code in sorted({code for country in countries if (code := self.country_of(country))}):
            self.reader(code).make_ready()
            for other in (*self.gazetteer.neighbours.get(code, ()), *self.rules.file.territories.get(code, ())):
                _ = self.gazetteer.country(other).keys
        self.gazetteer.elsewhere("")

    def country_of(self, printed: str) -> str | None:
        """The code of a country as printed, found once for each spelling; see ``find_country``."""
        if printed not in self._codes:
            self._codes[printed] = find_country(printed, self.rules, self.gazetteer.codes, self.names)
        return self._codes[printed]

    def _decision_key(self, town: str, country: str) -> Pair:
        """The form under which decisions are looked up: the town but for spaces, the country's code if it has one."""
        code = self.country_of(country)
        return clean(town), clean(country).upper() if code is None else code

    def reader(self, code: str) -> CountryReader:
        """The reader of a country, made at the first call."""
        if code not in self._readers:
            self._readers[code] = CountryReader(self.gazetteer.country(code), self.rules, self.names)
        return self._readers[code]

    def _decided(self, pair: Pair, lookup: Decisions) -> PlaceAnswer | None:
        key = self._decision_key(*pair)
        if key not in lookup:
            return None
        wanted = lookup[key]
        if wanted is None:
            return refused(Reason.DECIDED_NONE, 1.0)
        where = self.gazetteer.where(wanted)
        if where is None:
            raise BadUse(f"the decision on {key[0]!r} names GeoNames id {wanted}, which the gazetteer does not know")
        return _answer(*where, 1.0, Reason.DECISION, None)

    def consider(self, pairs: Sequence[Pair]) -> list[Considered]:
        """What each pair may stand for; wrong letters are searched for all towns of a country at once."""
        found = [self._at_first_sight(town, country) for town, country in pairs]
        unsettled: dict[str, list[int]] = {}
        for number, item in enumerate(found):
            if item.country and item.refusal is None and (not item.candidates or is_beside_unknown(item.candidates[0])):
                unsettled.setdefault(item.country, []).append(number)
        for code, numbers in unsettled.items():
            for number, item in zip(numbers, self._spelt(code, [found[n] for n in numbers]), strict=True):
                found[number] = item
        return found

    def _at_first_sight(self, town: str, printed: str) -> Considered:
        words = fold_words(town)
        code = self.country_of(printed)
        if not words or words.replace(" ", "").isdigit():
            return Considered(town, words, words, code or "", refusal=Reason.EMPTY)
        if code is None:
            return Considered(town, words, words, "", refusal=Reason.UNKNOWN_COUNTRY)
        if not code:
            return self._anywhere(town, words)
        reader = self.reader(code)
        found = reader.country.find(words.replace(" ", ""))
        if found:
            look = Look.OWN if found.main else Look.ALTERNATE
            whole = reader.of_found(found, look, Reading(words, Place.WHOLE), Rest.NONE)
            if words[-1].isdigit():
                whole = reader.without_district(whole, words)
            few = [whole] if whole.is_city or " " not in words else reader.of_small(whole, words)
            return Considered(town, words, words, code, few)
        words = unmix(words)
        core = reader.core(words)
        candidates = reader.candidates(town, words, core)
        if candidates and candidates[0].signs.place in AMONG_WORDS and self._is_big_elsewhere(code, words):
            candidates = []
        if reader.names_several(candidates):
            return Considered(town, words, core, code, candidates, Reason.AMBIGUOUS)
        named_whole = bool(candidates) and candidates[0].signs.place in (Place.WHOLE, Place.TAIL)
        refusal = Reason.ORGANISATION_NAME if not named_whole and self.rules.is_organisation(words) else None
        return Considered(town, words, core, code, candidates, refusal)

    def _spelt(self, code: str, towns: Sequence[Considered]) -> Iterable[Considered]:
        """Towns of a country with candidates from its territories or, failing that, from names near in spelling."""
        reader = self.reader(code)
        to_spell = [
            [before(item.candidates[0])] if item.candidates else reader.to_spell(item.town, item.words, item.core)
            for item in towns
        ]
        near = reader.speller.find([reading.key for readings in to_spell for reading in readings])
        for item, readings in zip(towns, to_spell, strict=True):
            candidates = list(item.candidates) or self._in_territories(code, item)
            misspelt = [reader.misspelt(r, near[r.key]) for r in readings if r.key in near]
            misspelt.sort(key=lambda c: -self.score(c.signs))
            if not candidates and not self._is_elsewhere(code, item.words):
                candidates = misspelt
            elif item.candidates and misspelt and self.score(misspelt[0].signs) >= self.calibration.threshold:
                candidates = reader.leading([misspelt[0], *candidates])
            yield replace(item, candidates=candidates)

    def _in_territories(self, code: str, item: Considered) -> list[Candidate]:
        """The town in a territory of the country, by its own or an alternate name."""
        for territory in self.rules.file.territories.get(code, ()):
            reader = self.reader(territory)
            found = reader.country.find(item.core.replace(" ", ""))
            if found and reader.country.is_city(found.place):
                look = Look.OWN if found.main else Look.ALTERNATE
                place = Place.WHOLE if item.core == item.words else Place.TAIL
                return [reader.of_found(found, look, Reading(item.core, place), Rest.NONE)]
        return []

    def _anywhere(self, town: str, words: str) -> Considered:
        """A town without a country: answered only when no other country has a city of that name."""
        key = words.replace(" ", "")
        cities = self.gazetteer.world.get(key, ())
        likeliest = self.gazetteer.elsewhere(key) if cities else None
        if likeliest is None:
            return Considered(town, words, words, "", refusal=Reason.NOT_FOUND)
        country, place = likeliest
        found = country.find(key) or Found(place, True, SURE, -1)
        candidate = self.reader(country.code).of_found(found, Look.OWN, Reading(words, Place.WHOLE), Rest.NONE)
        candidate = replace(candidate, signs=replace(candidate.signs, has_country=False))
        refusal = Reason.AMBIGUOUS if len({code for code, _ in cities}) > 1 else None
        return Considered(town, words, words, "", [candidate], refusal)

    def _is_big_elsewhere(self, code: str, words: str) -> bool:
        found = self.gazetteer.elsewhere(words.replace(" ", ""), code)
        return found is not None and found[0].columns.population[found[1]] >= BIG_CITY

    def _is_elsewhere(self, code: str, words: str) -> bool:
        """Whether it is the name of a big city of the world, or of any place of a neighbouring country."""
        if self._is_big_elsewhere(code, words):
            return True
        key = words.replace(" ", "")
        found = (self.gazetteer.country(c).find(key) for c in self.gazetteer.neighbours.get(code, ()))
        return any(f and f.main for f in found)

    def answer(self, item: Considered) -> PlaceAnswer:
        """The first candidate as an answer, or a refusal with the best reason for it and what the town looks like."""
        best = item.candidates[0] if item.candidates else None
        if best and item.refusal is None and best.is_city:
            answer = self.believe(best, item.town, _next_city(item.candidates))
            if answer.score >= self.least:
                return answer
        return self._refused(item)

    def believe(self, best: Candidate, town: str, runner_up: RunnerUp | None = None) -> PlaceAnswer:
        """A candidate as an answer, however likely it is."""
        return _answer(best.country, best.place, self.score(best.signs), _reason(best, town), runner_up)

    def _refused(self, item: Considered) -> PlaceAnswer:
        cities = [c for c in item.candidates if c.is_city]
        looks_like = _runner_up(cities[0].country, cities[0].place) if cities else _next_city(item.candidates)
        chance = self.score(cities[0].signs) if cities and cities[0] is item.candidates[0] else 0.0
        if item.refusal:
            if item.refusal is Reason.ORGANISATION_NAME and looks_like is None:
                looks_like = self._named_in(item)
            return refused(item.refusal, chance, looks_like)
        if item.candidates and not item.candidates[0].is_city:
            small = _runner_up(item.candidates[0].country, item.candidates[0].place)
            return refused(Reason.SMALL_PLACE, 0.0, looks_like or small)
        reader = self.reader(item.country) if item.country else None
        if reader and reader.is_region(item.words):
            return refused(Reason.REGION_NAME, chance, looks_like or self._named_in(item))
        elsewhere = None if item.candidates else self.gazetteer.elsewhere(item.core.replace(" ", ""), item.country)
        if elsewhere:
            return refused(Reason.OTHER_COUNTRY, chance, _runner_up(*elsewhere))
        if not item.candidates:
            return refused(Reason.NOT_FOUND)
        lead, following = item.candidates[0].signs.lead, item.candidates[0].next
        reason = Reason.AMBIGUOUS if lead < _AMBIGUOUS_LEAD and following >= 0 else Reason.LOW_SCORE
        return refused(reason, chance, looks_like)

    def _named_in(self, item: Considered) -> RunnerUp | None:
        """A city whose name is one of the words, perhaps inflected: what an organisation's name looks like."""
        reader = self.reader(item.country)
        words = [w for w in item.words.split(" ") if w not in self.rules.organisations | self.rules.regions]
        found = [f.place for word in words if (f := reader.country.find(word))]
        near = reader.speller.find(words) if not found else {}
        found += [near[word].found.place for word in words if word in near]
        return next((_runner_up(reader.country, place) for place in found if reader.country.is_city(place)), None)

    def score(self, signs: Signs) -> float:
        """The estimated probability that a candidate is right."""
        return score(signs, self.calibration.weights)


@contextmanager
def collector_resting() -> Iterator[None]:
    """No search for reference cycles meanwhile: it would walk through a million names again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_beside_unknown(candidate: Candidate) -> bool:
    """Whether a candidate stands behind something unknown, which may be the name that is meant, misspelt."""
    return candidate.signs.place in (Place.LAST_PART, Place.LAST_WORDS) and candidate.signs.rest is Rest.UNKNOWN


def before(candidate: Candidate) -> Reading:
    """What stands before a candidate, as the name."""
    reading = candidate.reading
    return Reading(reading.rest[0], Place.FIRST_PART, (*reading.rest[1:], reading.words))


def _reason(candidate: Candidate, town: str) -> Reason:
    signs = candidate.signs
    if signs.look in (Look.ONE_ERROR, Look.TWO_ERRORS):
        return Reason.TYPO
    by_place = {
        Place.FIRST_PART: Reason.PART, Place.LAST_PART: Reason.PART, Place.TAIL: Reason.TAIL,
        **dict.fromkeys(AMONG_WORDS, Reason.WORDS),
    }  # fmt: skip
    if signs.place in by_place:
        return by_place[signs.place]
    by_look = {
        Look.ALTERNATE: Reason.ALTERNATE,
        Look.LOOSE: Reason.LOOSE,
        Look.SHORTENED: Reason.LOOSE,
        Look.CUT: Reason.CUT,
    }
    if signs.look in by_look:
        return by_look[signs.look]
    return Reason.EXACT if clean(town) == candidate.country.columns.name[candidate.place] else Reason.FOLDED


def _answer(country: Country, place: int, chance: float, reason: Reason, runner_up: RunnerUp | None) -> PlaceAnswer:
    c = country.columns
    return PlaceAnswer(
        c.geonameid[place], c.name[place], country.code, c.lat[place], c.lon[place], chance, reason, runner_up
    )


def _runner_up(country: Country, place: int) -> RunnerUp:
    return RunnerUp(country.columns.geonameid[place], country.columns.name[place], country.code)


def _next_city(candidates: Sequence[Candidate]) -> RunnerUp | None:
    """The city that would have been next: of the same name, or of another reading."""
    if not candidates:
        return None
    best = candidates[0]
    if best.next >= 0 and best.country.is_city(best.next):
        return _runner_up(best.country, best.next)
    others = (c for c in candidates[1:] if c.is_city and (c.country, c.place) != (best.country, best.place))
    return next((_runner_up(c.country, c.place) for c in others), None)
