r"""Text goes in; LaTeX that shows it comes out, in which nothing is a command."""

import re
from collections.abc import Mapping

# Every engine sets these; letters of other scripts are left to the fonts of XeLaTeX and LuaLaTeX.
# fmt: off
_IN_MATH: Mapping[str, str] = {
    "−": "-", "×": r"\times", "±": r"\pm", "√": r"\surd", "′": "'", "ℓ": r"\ell", "→": r"\to",
    "≠": r"\ne", "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "∈": r"\in", "∉": r"\notin", "∧": r"\land",
    "∨": r"\lor", "∑": r"\sum", "∏": r"\prod", "¬": r"\lnot", "Σ": r"\Sigma", "∞": r"\infty", "←": r"\gets",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "ᵀ": r"{}^{\mathsf{T}}", "<": "<", ">": ">",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "θ": r"\theta",
    "λ": r"\lambda", "μ": r"\mu", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi",
    "|": "|", "✓": r"\checkmark", "✗": r"\times",
    **{raised: f"{{}}^{digit}" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{lowered: f"{{}}_{digit}" for digit, lowered in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}
# fmt: on
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "#$%&_{}"}
    | {character: rf"\ensuremath{{{command}}}" for character, command in _IN_MATH.items()}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", '"': r"\textquotedbl{}"}
    | {"–": r"\textendash{}", "—": r"\textemdash{}", "…": r"\ldots{}", "“": r"\textquotedblleft{}"}
    | {"”": r"\textquotedblright{}", "‘": r"\textquoteleft{}", "’": r"\textquoteright{}", "µ": r"\textmu{}"}
    | {"°": r"\textdegree{}", "§": r"\S{}", "•": r"\textbullet{}", "·": r"\textperiodcentered{}"}
    | {"`": r"\textasciigrave{}", "\u00a0": "~"}
    # A bracket might be read as that of an optional argument.
    | {"\n": " ", "[": "{[}", "]": "{]}"}
)
# Two hyphens in a row would be joined to a dash.
_LIGATURE = re.compile("-(?=-)")
# Code may break behind its punctuation, has straight quotes, and keeps its spaces.
_CODE_ESCAPES = _ESCAPES | str.maketrans(
    {mark: rf"{mark}\allowbreak{{}}" for mark in ",.(="}
    | {"_": r"\_\allowbreak{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    | {"'": r"\textquotesingle{}", " ": r"\ "}
)


def escape_latex(text: str) -> str:
    """Text that LaTeX sets as it is."""
    return _LIGATURE.sub("-{}", text.translate(_ESCAPES))


def escape_latex_code(line: str) -> str:
    """A line of code that LaTeX sets as it is, for a typewriter face."""
    return _LIGATURE.sub("-{}", line.translate(_CODE_ESCAPES))
