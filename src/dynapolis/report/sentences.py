"""Claims in words: one sentence per claim and language, numbers and names filled in, particles chosen by reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dynapolis.model.language import Lang
from dynapolis.report import numbers
from dynapolis.report.claims import Claim, Value
from dynapolis.report.data import ReportData
from dynapolis.report.english import join_list
from dynapolis.report.messages import Messages, Spoken


@dataclass
class Speaker:
    """Says values, labels and claims of one edition in one language.

    In Korean the first mention of a city in running text carries its English name in brackets.
    """

    data: ReportData
    words: Messages
    mentioned: set[str] = field(default_factory=set)

    @property
    def lang(self) -> Lang:
        """The language spoken."""
        return self.words.lang

    @property
    def level(self) -> str:
        """The level of the intervals, such as 90%."""
        return numbers.percent(self.data.level, 0)

    def sentence(self, claim: Claim) -> str:
        """The claim's sentence."""
        return self.words.say(f"claim.{claim.key}", **{name: self.value(value) for name, value in claim.values.items()})

    def value(self, value: Value) -> str | Spoken:
        """One value of a claim as text."""
        return _SPEAK[value.kind](self, value)

    def city(self, city_id: str) -> str:
        """A city's name."""
        return str(self.data.cities[city_id][f"name_{self.lang}"])

    def city_in_text(self, city_id: str) -> str:
        """A city's name in running text."""
        name = self.city(city_id)
        if self.lang is Lang.EN or city_id in self.mentioned:
            return name
        self.mentioned.add(city_id)
        return f"{name}({self.data.cities[city_id]['name_en']})"

    def cities_in_order(self, city_ids: Sequence[str]) -> str:
        """Several cities in running text, in their order: Korean tells an order by commas, English by its list."""
        names = [self.city_in_text(city) for city in city_ids]
        return join_list(names, self.lang) if self.lang is Lang.EN else ", ".join(names)

    def code(self, scheme: str, code: str) -> str:
        """A code's label; English labels in running text begin small unless they are names."""
        scheme = {"sector_report": "sector"}.get(scheme, scheme)
        if scheme == "population":
            return self.words.say(f"population.{code}")
        if "_by_" in scheme:
            parts = code.split("+")
            return " × ".join(self.code(s, c) for s, c in zip(scheme.split("_by_"), parts, strict=True))
        return self.data.codebook.by_scheme[scheme].by_code[code].label.in_(self.lang)

    def code_in_text(self, scheme: str, code: str) -> str:
        """A code's label inside a sentence."""
        if "_by_" in scheme:
            parts = zip(scheme.split("_by_"), code.split("+"), strict=True)
            return " × ".join(self.code_in_text(s, c) for s, c in parts)
        label = self.code(scheme, code)
        return label if self.lang is Lang.KO or label[1:2].isupper() else label[0].lower() + label[1:]

    def pillar(self, pillar: str) -> str:
        """A pillar's name inside a sentence."""
        name = next(p.name.in_(self.lang) for p in self.data.spec.pillars if p.id == pillar)
        return name if self.lang is Lang.KO else name.lower()

    def scheme(self, scheme: str) -> str:
        """A scheme's label."""
        return self.data.codebook.by_scheme[scheme].label.in_(self.lang)

    def scheme_in_text(self, scheme: str) -> str:
        """A scheme's label inside a sentence."""
        label = self.scheme(scheme)
        return label if self.lang is Lang.KO else label[0].lower() + label[1:]

    def coder(self, coder_id: str) -> str:
        """A coder's name; it says whether the coder is a person."""
        return str(self.data.coders[coder_id][f"name_{self.lang}"])

    def register(self, name: str) -> str:
        """A register's title; with its name behind it where another register has the same title."""
        titles = {register.name: register.title.in_(self.lang) for register in self.data.registers}
        title = titles[name]
        return f"{title} ({name})" if list(titles.values()).count(title) > 1 else title

    def warnings(self) -> list[str]:
        """What every reader must know before the first number: which registers are convenience samples, who coded."""
        say, models = self.words.say, self.data.models
        samples = [register for register in self.data.registers if register.convenience_sample]
        found = [say("page.banner")] if samples else []
        found += [
            say("page.banner_register", title=r.title.in_(self.lang), what=r.does_not_measure.in_(self.lang))
            for r in samples
        ]
        if models and len(models) == len(self.data.coders):
            found.append(say("page.models"))
        elif models:
            found.append(say("page.some_models", coders=join_list([self.coder_short(c) for c in models], self.lang)))
        if private := self.data.edition.private:
            found.append(say("page.private", registers=join_list([self.register(n) for n in private], self.lang)))
        return found

    def coder_short(self, coder_id: str) -> str:
        """A coder's name without what stands in brackets."""
        return self.coder(coder_id).split("(", 1)[0].strip()

    def rank(self, median: float, low: float, high: float) -> str:
        """A rank in running text, with its interval."""
        if self.lang is Lang.EN:
            return f"rank {numbers.rank_with_interval(median, low, high, self.lang)}"
        return f"{numbers.rank(median)}위({numbers.rank(low)}~{numbers.rank(high)}위)"


_SPEAK: dict[str, Callable[[Speaker, Value], str | Spoken]] = {
    "count": lambda s, v: numbers.count(v.value),
    "share": lambda s, v: numbers.percent(v.value),
    "share_interval": lambda s, v: numbers.percent_range(v.value[0], v.value[1], s.lang),
    "rank_interval": lambda s, v: s.rank(*v.value),
    "level": lambda s, v: numbers.percent(v.value, 0),
    "city": lambda s, v: s.city_in_text(v.value),
    "cities": lambda s, v: s.cities_in_order(v.value),
    "code": lambda s, v: s.code_in_text(v.scheme or "", v.value),
    "codes": lambda s, v: join_list([s.code_in_text(v.scheme or "", c) for c in v.value], s.lang),
    "population": lambda s, v: s.words.say(f"population.{v.value}"),
    "capability": lambda s, v: s.words.say(f"capability.{v.value}"),
    "actor": lambda s, v: s.words.say(f"actor_body.{v.value}"),
    "scheme": lambda s, v: s.scheme_in_text(v.value),
    "alpha": lambda s, v: numbers.plain(v.value, 2),
    "alpha_interval": lambda s, v: numbers.plain_range(v.value[0], v.value[1], s.lang, 2),
    "in_100": lambda s, v: numbers.in_100(v.value),
    "points": lambda s, v: numbers.plain(v.value, 0),
    "points_signed": lambda s, v: numbers.points(v.value),
    "points_interval": lambda s, v: numbers.points_range(v.value[0], v.value[1], s.lang),
    "points_range": lambda s, v: numbers.plain_range(v.value[0], v.value[1], s.lang, 0),
    "variance": lambda s, v: numbers.percent(v.value),
    "places": lambda s, v: numbers.rank(v.value),
    "pillar": lambda s, v: s.pillar(v.value),
    "plain": lambda s, v: str(v.value),
    "register": lambda s, v: s.register(v.value),
}


def plain_values(claim: Claim) -> dict[str, Any]:
    """The bare values of a claim, the same in every language."""
    return {name: value.value for name, value in claim.values.items()}
