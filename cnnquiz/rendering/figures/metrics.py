"""A text and its size go in; how wide it is at most in a sans-serif font comes out."""

import unicodedata
from functools import lru_cache

# Parts of the font's size, those of a wide sans-serif (DejaVu Sans): what a page really uses is narrower.
_NARROW = dict.fromkeys("ijl|'", 0.30) | dict.fromkeys('fIt,.:;·! []()/-"\\', 0.42)
_WIDE = dict.fromkeys("mMW%@", 1.0) | dict.fromkeys("wGOQNDH", 0.82) | dict.fromkeys("×+=<>~−±≥≤→", 0.84)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in points, for laying out; rather too large than too small."""
    ems = sum(map(_ems, text))
    return ems * size * (1.1 if bold else 1.0)


def _ems(character: str) -> float:
    if character in _NARROW:
        return _NARROW[character]
    if character in _WIDE:
        return _WIDE[character]
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.70 if character.isupper() else 0.64 if character.isalnum() else 1.0
