"""The first look at a formula's text: refuses what no formula holds, before Python's parser sees it."""

import keyword
import re

from cnnquiz.errors import FormulaError

MAX_LENGTH = 1000
MAX_DEPTH = 40

_WORDS = frozenset({"True", "False", "and", "or", "not", "in", "if", "else", "for"})
_CLOSING = {"(": ")", "[": "]"}
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?![\w.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?!["'\w]))
      | (?P<text>"[^"\\]*"|'[^'\\]*')
      | (?P<operator>\*\*|//|[<>=!]=|[-+*/%<>,.])
      | (?P<open>[(\[])
      | (?P<close>[)\]])""",
    re.VERBOSE,
)


def scan(text: str) -> None:
    """Check length, characters, words and brackets of `text`.

    Raises FormulaError at the first fault. What passes is short, nested at most `MAX_DEPTH` deep and holds
    no word or sign outside the language, so Python's parser can neither be exhausted nor meet other syntax.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            text[:40] + "…",
            MAX_LENGTH,
            f"a text of {len(text):,} characters",
            expected=f"at most {MAX_LENGTH:,}",
        )
    if not text.strip():
        raise FormulaError(text, 0, "nothing is written here", expected="a formula")
    _check_brackets(text, [token for token in _tokens(text) if token.lastgroup in ("open", "close")])


def _tokens(text: str) -> list[re.Match[str]]:
    tokens: list[re.Match[str]] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _unreadable(text, position)
        _check_token(text, token, previous=tokens[-1] if tokens else None)
        if token.lastgroup != "space":
            tokens.append(token)
        position = token.end()
    return tokens


def _unreadable(text: str, position: int) -> FormulaError:
    found = text[position]
    if found.isdigit():
        return FormulaError(text, position, "a number that runs on", expected="a number such as 12 or 0.5")
    if found in "\"'":
        return FormulaError(text, position, "a text without its end", expected="a plain text in quotes")
    if found.isalpha():
        return FormulaError(text, position, f"cannot read on at {found!r}", expected="a plain name")
    return FormulaError(
        text, position, f"{found!r} is not part of a formula", expected="numbers, names and + - * / // % **"
    )


def _check_token(text: str, token: re.Match[str], *, previous: re.Match[str] | None) -> None:
    found = token.group()
    match token.lastgroup:
        case "name" if keyword.iskeyword(found) and found not in _WORDS:
            problem = f"the word {found!r} is not part of a formula"
            raise FormulaError(text, token.start(), problem, expected="a name")
        case "name" if found.startswith("_"):
            raise FormulaError(text, token.start(), f"the name {found!r}", expected="a name without leading _")
        case "text" if not found.isprintable():
            raise FormulaError(text, token.start(), "a text with control characters", expected="a plain text")
        case "text" if previous is not None and previous.lastgroup == "text":
            raise FormulaError(text, token.start(), "two texts side by side", expected="one text in quotes")


def _check_brackets(text: str, brackets: list[re.Match[str]]) -> None:
    still_open: list[re.Match[str]] = []
    for bracket in brackets:
        if bracket.lastgroup == "open":
            still_open.append(bracket)
            if len(still_open) > MAX_DEPTH:
                raise too_deep(text, bracket.start())
        elif not still_open or _CLOSING[still_open.pop().group()] != bracket.group():
            problem = f"{bracket.group()!r} closes nothing"
            raise FormulaError(text, bracket.start(), problem, expected="brackets in pairs")
    if still_open:
        problem = f"{still_open[-1].group()!r} is never closed"
        raise FormulaError(text, still_open[-1].start(), problem, expected="brackets in pairs")


def too_deep(text: str, position: int) -> FormulaError:
    """The error for a formula nested deeper than `MAX_DEPTH`."""
    return FormulaError(text, position, "nested too deeply", expected=f"at most {MAX_DEPTH} levels")
