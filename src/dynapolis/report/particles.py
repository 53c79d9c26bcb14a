"""Korean particles (조사), chosen by how the text before them is read aloud.

은 or 는, 이 or 가, 으로 or 로 depend on the last *sound* of the word before, not on its last letter:
``리빙랩(206개)`` is read 리빙랩, ``100`` is read 백, ``83.2%`` ends in 퍼센트, ``ICT`` in 티. Everything here first
finds the Hangul reading of the end of the text and then looks at the final consonant (종성) of its last syllable.
A text whose reading cannot be known is refused; a guess, or "은(는)", would stand in print as a mistake.

Conventions where usage differs: numbers are always read in Sino-Korean, also after Latin letters (``A1`` is 에이일,
``MP3`` 엠피삼), and the letter R is 알. Who reads them differently gives a ``reading``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from string import Formatter
from types import MappingProxyType
from typing import Final

from dynapolis.errors import BadUse, UnknownReading

__all__ = ["PAIRS", "FinalSound", "ParticlePair", "UnknownReading", "attach", "fill", "final_sound", "particle"]


class FinalSound(Enum):
    """How the last syllable of a reading ends, as far as particles are concerned."""

    VOWEL = "vowel"
    RIEUL = "rieul"  # ㄹ alone: a consonant for every pair except 으로/로
    CONSONANT = "consonant"


@dataclass(frozen=True, slots=True)
class ParticlePair:
    """Two forms of one particle.

    Attributes:
        after_consonant: form after a final consonant, such as 은.
        after_vowel: form after a vowel, such as 는.
        rieul_as_vowel: whether ㄹ takes the form after a vowel; true only for 으로/로 (서울로).
    """

    after_consonant: str
    after_vowel: str
    rieul_as_vowel: bool = False

    def after(self, sound: FinalSound) -> str:
        """The form that follows a final sound."""
        as_vowel = sound is FinalSound.VOWEL or (sound is FinalSound.RIEUL and self.rieul_as_vowel)
        return self.after_vowel if as_vowel else self.after_consonant


PAIRS: Final = (
    ParticlePair("은", "는"),
    ParticlePair("이", "가"),
    ParticlePair("을", "를"),
    ParticlePair("과", "와"),
    ParticlePair("으로", "로", rieul_as_vowel=True),
    ParticlePair("이다", "다"),
    ParticlePair("이나", "나"),
    ParticlePair("이라는", "라는"),
    ParticlePair("이라고", "라고"),
)
_PAIR_BY_NAME: Final = {
    name: pair
    for pair in PAIRS
    for name in (pair.after_consonant, pair.after_vowel, f"{pair.after_consonant}/{pair.after_vowel}")
}

# --- Readings -------------------------------------------------------------------------------------------------------

_DIGITS: Final = ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_PLACES: Final = ("", "십", "백", "천")  # 10 ** position
_MYRIADS: Final = ("", "만", "억", "조", "경", "해")  # 10_000 ** position

_LETTERS: Final = {
    "A": "에이", "B": "비", "C": "시", "D": "디", "E": "이", "F": "에프", "G": "지", "H": "에이치", "I": "아이",
    "J": "제이", "K": "케이", "L": "엘", "M": "엠", "N": "엔", "O": "오", "P": "피", "Q": "큐", "R": "알", "S": "에스",
    "T": "티", "U": "유", "V": "브이", "W": "더블유", "X": "엑스", "Y": "와이", "Z": "제트",
}  # fmt: skip
# Names of the consonants; those of doubled ones and clusters end like the last consonant they hold.
_JAMO: Final = {
    "ㄱㄲㄺ": "기역", "ㄴ": "니은", "ㄷㄸ": "디귿", "ㄹ": "리을", "ㅁㄻ": "미음", "ㅂㅃㄼㅄ": "비읍",
    "ㅅㅆㄳㄽ": "시옷", "ㅇ": "이응", "ㅈㅉㄵ": "지읒", "ㅊ": "치읓", "ㅋ": "키읔", "ㅌㄾ": "티읕", "ㅍㄿ": "피읖",
    "ㅎㄶㅀ": "히읗",
}  # fmt: skip

_CURRENCIES: Final = {
    "€": "유로", "EUR": "유로", "$": "달러", "USD": "달러", "£": "파운드", "GBP": "파운드",
    "¥": "엔", "JPY": "엔", "₩": "원", "￦": "원", "KRW": "원",
}  # fmt: skip
_UNITS: Final = _CURRENCIES | {
    "%": "퍼센트", "%p": "퍼센트포인트", "%P": "퍼센트포인트", "‰": "퍼밀", "°": "도", "℃": "섭씨도", "°C": "섭씨도",
    "mm": "밀리미터", "㎜": "밀리미터", "cm": "센티미터", "㎝": "센티미터",
    "m": "미터", "km": "킬로미터", "㎞": "킬로미터", "ha": "헥타르",
    "cm²": "제곱센티미터", "㎠": "제곱센티미터", "m²": "제곱미터", "m2": "제곱미터", "㎡": "제곱미터",
    "km²": "제곱킬로미터", "km2": "제곱킬로미터", "㎢": "제곱킬로미터",
    "m³": "세제곱미터", "m3": "세제곱미터", "㎥": "세제곱미터",
    "mL": "밀리리터", "ml": "밀리리터", "L": "리터", "ℓ": "리터",
    "mg": "밀리그램", "㎎": "밀리그램", "g": "그램", "kg": "킬로그램", "㎏": "킬로그램", "t": "톤",
    "W": "와트", "kW": "킬로와트", "㎾": "킬로와트", "MW": "메가와트", "㎿": "메가와트", "GW": "기가와트",
    "Wh": "와트시", "kWh": "킬로와트시", "MWh": "메가와트시", "GWh": "기가와트시", "TWh": "테라와트시",
    "Hz": "헤르츠", "kHz": "킬로헤르츠", "MHz": "메가헤르츠", "GHz": "기가헤르츠",
    "KB": "킬로바이트", "MB": "메가바이트", "GB": "기가바이트", "TB": "테라바이트",
}  # fmt: skip
_UNITS_LONGEST_FIRST: Final = sorted(_UNITS, key=len, reverse=True)

_LONGEST_ACRONYM: Final = 5  # letters; longer words in capitals are mostly names (RUGGEDISED) and not read by letter
# Common words that, written in capitals, are read as words and then end in another sound than their letters.
_WORDS_IN_CAPITALS: Final = frozenset({
    "AIR", "APP", "BLOCK", "BOOK", "BOT", "CAR", "CUP", "LAB", "MAP", "NET", "OVER", "PILOT", "POP", "POWER", "RIVER",
    "ROBOT", "SHOP", "SOLAR", "SPOT", "STAR", "STEP", "TOP", "TOUR", "TRIP", "UP", "WATER", "WEB",
})  # fmt: skip

# --- Signs that are not read ----------------------------------------------------------------------------------------

_ASIDES: Final = {")": "(", "]": "[", "}": "{", "】": "【", "〕": "〔"}  # a reader skips what they hold
_CLOSING_MARKS: Final = frozenset("'\"’”»›〉》」』｣>`!?…®™©")  # a reader skips only the mark
_OPENING_MARKS: Final = "'\"‘“«‹〈《「『｢<`"
_SPACES: Final = " \t\n\u00a0\u2009\u202f"
_PLAIN_FORMS: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x2080 + i: 0x30 + i for i in range(10)}
_COUNTING_WORDS: Final = "십백천만억조수몇"

_AMOUNT: Final = r"[0-9](?:[0-9.,]*[0-9])?"
_MONEY: Final = re.compile(
    rf"(?P<currency>{'|'.join(rf'(?<![A-Z]){sign}' if sign.isalpha() else re.escape(sign) for sign in _CURRENCIES)})"
    rf"[{_SPACES}]?{_AMOUNT}(?:[~–-]{_AMOUNT})?(?:[{_SPACES}]?(?:[십백천만억조]+|million|billion)|[KkMmB]|bn)?$"
)
_FRACTION_BEFORE: Final = re.compile(r"[0-9]\s*[/⁄]\s*$")
_GROUPED_NUMBER: Final = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+$")
_ROMAN_NUMERAL: Final = re.compile(r"(?=..)X{0,3}(?:IX|IV|V?I{0,3})$")

_NO_READINGS: Final[Mapping[str, str]] = MappingProxyType({})


# --- What the module offers -----------------------------------------------------------------------------------------


def final_sound(text: str, reading: str | None = None) -> FinalSound:
    """The final sound of a text as it is read aloud in Korean.

    Args:
        text: what is printed, such as ``리빙랩(206개)``, ``1,088`` or ``Tech Central``. Any Unicode normal form.
        reading: how it is read, in Hangul (the ``reading_ko`` of an entity). If given, it alone decides.

    Raises:
        UnknownReading: the text ends in something whose reading is not known (a Latin word, a fraction, a compound
            unit, Chinese characters, a space, nothing at all), or ``reading`` does not end in a Hangul syllable.

    Source:
        Final consonants by position in the Unicode block: The Unicode Standard, section 3.12 "Conjoining Jamo
        Behavior"; number and letter names as in the Standard Korean Language Dictionary (표준국어대사전), R as 알.

    Example:
        >>> final_sound("서울"), final_sound("암스테르담(Amsterdam)")
        (<FinalSound.RIEUL: 'rieul'>, <FinalSound.CONSONANT: 'consonant'>)
        >>> final_sound("Tech Central", "테크 센트럴")
        <FinalSound.RIEUL: 'rieul'>
    """
    if reading is not None:
        spoken = unicodedata.normalize("NFC", reading)
        if not _is_syllable(spoken[-1:]):
            raise UnknownReading(
                f"the reading {reading!r} given for {text!r} does not end in a Hangul syllable. "
                "Write the reading in Hangul only, for example 테크 센트럴 for Tech Central."
            )
        return _sound_of_syllable(spoken[-1])
    return _sound_of_syllable(_spoken_end(unicodedata.normalize("NFC", text))[-1])


def particle(text: str, pair: str, reading: str | None = None) -> str:
    """The form of a particle that follows a text.

    Args:
        text: what is printed before the particle.
        pair: either form, or both with a slash: ``은``, ``는`` and ``은/는`` mean the same.
        reading: how the text is read, in Hangul; see ``final_sound``.

    Raises:
        BadUse: ``pair`` names no particle of ``PAIRS``.
        UnknownReading: see ``final_sound``.

    Example:
        >>> particle("서울", "으로/로"), particle("83.2", "이"), particle("URL", "를")
        ('로', '가', '을')
    """
    return _pair_named(pair).after(final_sound(text, reading))


def attach(text: str, pair: str, reading: str | None = None) -> str:
    """A text, in NFC, with the particle that fits it. Arguments and errors are those of ``particle``.

    Example:
        >>> attach("10", "으로"), attach("리빙랩(206개)", "은"), attach("Women in tech", "은", "위민 인 테크")
        ('10으로', '리빙랩(206개)은', 'Women in tech는')
    """
    return unicodedata.normalize("NFC", text) + particle(text, pair, reading)


def fill(template: str, values: Mapping[str, str], readings: Mapping[str, str] = _NO_READINGS) -> str:
    """A Korean sentence made from a template.

    ``{name}`` stands for a value, ``{name:이}`` for a value with its particle. ``{{`` and ``}}`` print braces. A
    particle after words that stand in the template itself is written there by its author (``{목록})는``).

    Args:
        template: the sentence with its fields.
        values: field name to printed text. More values than fields are allowed.
        readings: field name to reading in Hangul, for values whose reading the text does not show.

    Raises:
        BadUse: the template has a field without a value, an unknown particle, or a brace without its partner.
        UnknownReading: the value of a field with a particle has no known reading; the message names the field.

    Example:
        >>> fill("{도시:이} {n}건으로 가장 많다", {"도시": "암스테르담", "n": "12"})
        '암스테르담이 12건으로 가장 많다'
        >>> fill("{lab:은} {{예}}", {"lab": "Madrid International Lab"}, {"lab": "마드리드 인터내셔널 랩"})
        'Madrid International Lab은 {예}'
    """
    named_values, named_readings = _names_in_nfc(values), _names_in_nfc(readings)
    parts: list[str] = []
    for literal, name, pair in _fields(unicodedata.normalize("NFC", template)):
        parts.append(literal)
        if name is None:
            continue
        if name not in named_values:
            raise BadUse(
                f"template {template!r} has a field {name!r}, but no value of that name was given. "
                f"Given: {', '.join(sorted(named_values)) or 'none'}. Add the value or correct the name."
            )
        value = named_values[name]
        parts.append(_attach_in_field(value, pair, named_readings.get(name), name, template) if pair else value)
    return unicodedata.normalize("NFC", "".join(parts))


# --- Pairs and templates --------------------------------------------------------------------------------------------


def _pair_named(name: str) -> ParticlePair:
    found = _PAIR_BY_NAME.get(unicodedata.normalize("NFC", name))
    if found is None:
        known = ", ".join(f"{pair.after_consonant}/{pair.after_vowel}" for pair in PAIRS)
        raise BadUse(f"{name!r} is not a particle with two forms known here. Known: {known} (either form or both).")
    return found


def _names_in_nfc(mapping: Mapping[str, str]) -> dict[str, str]:
    return {unicodedata.normalize("NFC", name): text for name, text in mapping.items()}


def _fields(template: str) -> list[tuple[str, str | None, str]]:
    """Literal text, field name (None at the end) and particle (or empty) of each part of a template."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise BadUse(
            f"template {template!r} cannot be read: {error}. Write a field as {{name}} or {{name:이}}, "
            "and a brace that shall be printed as {{ or }}."
        ) from error
    if any(conversion for _, _, _, conversion in parsed):
        raise BadUse(f"template {template!r} has a field with '!'. A field is written {{name}} or {{name:이}}.")
    return [(literal, name, spec or "") for literal, name, spec, _ in parsed]


def _attach_in_field(value: str, pair: str, reading: str | None, name: str, template: str) -> str:
    try:
        return attach(value, pair, reading)
    except (BadUse, UnknownReading) as error:
        raise type(error)(f"field {name!r} of template {template!r}: {error}") from error


# --- From text to the Hangul it ends in -----------------------------------------------------------------------------


def _is_syllable(character: str) -> bool:
    return "가" <= character <= "힣"


def _sound_of_syllable(syllable: str) -> FinalSound:
    final = (ord(syllable) - ord("가")) % 28  # 0: none, 8: ㄹ
    return FinalSound.VOWEL if final == 0 else FinalSound.RIEUL if final == 8 else FinalSound.CONSONANT


def _unknown(text: str, found: str) -> UnknownReading:
    return UnknownReading(
        f"the Korean reading of {text!r} is not known: {found}. Give it a reading_ko that ends in Hangul, "
        "for example 테크 센트럴 for Tech Central."
    )


def _spoken_end(text: str) -> str:
    """Hangul that the text ends in when read aloud; at least its last syllable. The text is in NFC."""
    core = _without_silent_end(text)
    if not core:
        raise _unknown(text, "there is nothing to read in it")
    last = core[-1]
    if money := _MONEY.search(core):
        return _CURRENCIES[money["currency"]]  # written before the number, read after it
    if _is_syllable(last):
        return last
    if jamo := _read_jamo(last):
        return jamo
    if unit := _read_unit(core, text):
        return unit
    if "0" <= last <= "9":
        return _read_number(core, text)
    if _is_latin(last):
        return _read_acronym(core, text)
    raise _unknown(text, f"it ends in {'a space' if last.isspace() else repr(last)}")


def _without_silent_end(text: str) -> str:
    """The text without what a reader skips at its end: asides in brackets, closing quotes, !, ? and full stops."""
    core = text.translate(_PLAIN_FORMS)
    while core:
        last = core[-1]
        if last in _CLOSING_MARKS or (last == "." and not core[-2:-1].isdigit()):
            core = core[:-1]
        elif last in _ASIDES:
            start = _start_of_aside(core, text)
            before = core[:start].rstrip(_SPACES)
            core = before if before.strip(_OPENING_MARKS + _SPACES) else core[start + 1 : -1].strip(_SPACES)
        else:
            break
    return core


def _start_of_aside(core: str, text: str) -> int:
    """Position of the bracket that the last character closes."""
    waiting: list[str] = []
    for position in range(len(core) - 1, -1, -1):
        character = core[position]
        if character in _ASIDES:
            waiting.append(_ASIDES[character])
        elif waiting[-1] == character:
            waiting.pop()
            if not waiting:
                return position
    raise _unknown(text, f"the bracket {core[-1]!r} at its end is never opened")


def _read_jamo(character: str) -> str:
    """Name of a Hangul letter (ㄱ: 기역, ㅏ: 아), or nothing. Vowels all end in a vowel."""
    if "ㅏ" <= character <= "ㅣ":
        return "아"
    return next((name for letters, name in _JAMO.items() if character in letters), "")


def _read_unit(core: str, text: str) -> str:
    """Reading of the unit at the end, or nothing.

    A unit in Latin letters counts only after a number or a counting word, or when it stands alone; alone and all in
    capitals it is an acronym (L alone is 엘, 10L is 십 리터).
    """
    unit = next((unit for unit in _UNITS_LONGEST_FIRST if core.endswith(unit)), None)
    if unit is None:
        return ""
    before = core.removesuffix(unit).rstrip(_SPACES)
    if before.endswith(("/", "·", "⋅")):
        raise _unknown(text, f"it ends in the compound unit '…{before[-1]}{unit}', not read as it is written")
    if _is_latin(unit[0]):
        counted = before[-1:].isdigit() or (before != "" and before[-1] in _COUNTING_WORDS)
        alone = before == "" and not unit.isupper()
        return _UNITS[unit] if counted or alone else ""
    return _UNITS[unit]


def _read_number(core: str, text: str) -> str:
    """Last word of the Sino-Korean reading of the number at the end. A sign before it changes nothing."""
    before = core.rstrip("0123456789.,")
    if _FRACTION_BEFORE.search(before):
        raise _unknown(text, "it ends in a fraction, whose denominator is read first")
    if before and _is_latin(before[-1]) and not before[-1].isupper():
        raise _unknown(text, "it ends in a number joined to a Latin word")
    if before.endswith("^"):
        raise _unknown(text, "it ends in a power")
    grouped = _GROUPED_NUMBER.search(core)
    digits = grouped[0].replace(",", "") if grouped else core[len(core.rstrip("0123456789")) :]
    is_read_by_digit = not grouped and core.removesuffix(digits).endswith(".")  # decimals, one by one
    zeros = len(digits) - len(digits.rstrip("0"))
    if is_read_by_digit or digits.startswith("0") or zeros == 0:
        return _DIGITS[int(digits[-1])]
    if zeros < 4:
        return _PLACES[zeros]
    if zeros // 4 >= len(_MYRIADS):
        raise _unknown(text, f"its number has {zeros} zeros")
    return _MYRIADS[zeros // 4]


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _read_acronym(core: str, text: str) -> str:
    """Name of the last letter, if the Latin word at the end is an acronym in capitals."""
    start = len(core)
    while start and _is_latin(core[start - 1]):
        start -= 1
    word = core[start:]
    if not all(letter in _LETTERS for letter in word):
        raise _unknown(text, f"it ends in {word!r}, a Latin word that is not an acronym in capitals")
    if len(word) > _LONGEST_ACRONYM or word in _WORDS_IN_CAPITALS:
        raise _unknown(text, f"it ends in {word!r}, a word in capitals that is not read letter by letter")
    if _ROMAN_NUMERAL.match(word):
        raise _unknown(text, f"it ends in {word!r}, which may be a Roman numeral")
    return _LETTERS[word[-1]]
