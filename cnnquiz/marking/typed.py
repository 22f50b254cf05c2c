"""What somebody typed goes in; the same in plain characters comes out: ASCII digits, one minus, one sort of space."""

import re
import unicodedata
from functools import lru_cache

_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹⁺⁻]+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_FRACTION = re.compile("[¼-¾⅐-⅞↉]")
_SPACES = re.compile(r"[^\S\n]+")

# What looks like the character before it is that: no reader can tell them apart, and keyboards give them.
_ALIKE = {
    "-": "‐‑‒–—―−﹘﹣－",
    "'": "’‘ʼ′´",
    '"': "“”„«»「」『』",
    "×": "✕✖⨯⨉∗",
    "·": "⋅∙•‧・",
    "~": "∼～〜≈≃≅≒",
    "/": "⁄∕／÷",
    ":": "：∶",
    ",": "，、٬",
    ".": "．。٫",
    ";": "；؛",
    ">": "›＞",
    "->": "→➔➜⟶⇒",
    "A": "АΑ",
    "B": "ВΒ",
    "C": "СϹ",
    "E": "ЕΕ",
    "H": "НΗ",
    "a": "а",
    "c": "с",
    "e": "е",
    "x": "х",
    "X": "Х",
}
_PLAIN = {other: plain for plain, others in _ALIKE.items() for other in others}

# A raised 2 must not become a digit of the number before it, and a half needs a space before it.
_MEANINGFUL = ("<super>", "<sub>", "<fraction>")

_LATEX = (
    (r"\times", "×"), (r"\cdot", "·"), (r"\approx", "~"), (r"\%", "%"), (r"\,", " "), (r"\ ", " "), (r"\;", " "),
    (r"\(", " "), (r"\)", " "), (r"\[", " "), (r"\]", " "),
    ("{,}", ","), ("$", " "), ("`", " "),
)  # fmt: skip
_LATEX_SIGN = re.compile(r"[\\$`{]")
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}")


def plain_characters(text: str) -> str:
    """Full-width and circled characters, digits of any script, look-alikes, superscripts (`^6`), fractions (` 1/9`).

    Line ends stay, other white space becomes single spaces, and what nobody can see goes.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _SUPERSCRIPT.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
        text = _FRACTION.sub(lambda found: " " + unicodedata.normalize("NFKC", found[0]).replace("⁄", "/"), text)
        text = "".join(map(_plain_character, text))
    if _LATEX_SIGN.search(text):
        text = _LATEX_FRACTION.sub(r" \1/\2", text)
        for mark, plain in _LATEX:
            text = text.replace(mark, plain)
    return _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(character)
    if kind == "Cf":
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    if "①" <= character <= "⑳":
        # The circle tells that it numbers an option or an item.
        return f"({unicodedata.numeric(character):.0f})"
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith("<") and not decomposition.startswith(_MEANINGFUL):
        return unicodedata.normalize("NFKC", character)
    return character
