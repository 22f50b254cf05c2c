"""What formulas look like: in text, LaTeX, MathML and Typst."""

import xml.etree.ElementTree as ET

import pytest

from cnnquiz.formulas import FormulaError, parse, to_latex, to_linear, to_mathml, to_text, to_typst

MATHML = "{http://www.w3.org/1998/Math/MathML}"

LINEAR = [
    pytest.param("floor( (n-k+2*p)/s )+1", "floor((n - k + 2*p)/s) + 1", id="spaces around + and - only"),
    pytest.param("a/(b*c)", "a/(b*c)", id="a product in a denominator"),
    pytest.param("(a/b)*c", "a/b*c", id="from left to right"),
    pytest.param("-(a+b)", "-(a + b)", id="the negative of a sum"),
    pytest.param("-(a*b)", "-(a*b)", id="the negative of a product"),
    pytest.param("(a**b)**c", "(a**b)**c", id="a power of a power"),
    pytest.param("a**b**c", "a**(b**c)", id="a power in an exponent"),
    pytest.param("(-a)**2", "(-a)**2", id="a negative base"),
    pytest.param("-a**2", "-a**2", id="a negative power"),
    pytest.param("a-(b-c)", "a - (b - c)", id="a difference taken away"),
    pytest.param("a - -b", "a - (-b)", id="two signs never touch"),
    pytest.param("- -a", "-(-a)", id="not even in front"),
    pytest.param("a % b * c // d", "a % b*c//d", id="remainder and floor division"),
    pytest.param("a*(b % c)", "a*(b % c)", id="a remainder as a factor"),
    pytest.param("not (a and b) or c", "not (a and b) or c", id="logic"),
    pytest.param("(a if b else c)+1", "(a if b else c) + 1", id="a conditional in a sum"),
    pytest.param("(a == b) == c", "(a == b) == c", id="a comparison of a comparison"),
    pytest.param("('it\"s',)", "('it\"s',)", id="quotes and a single item"),
    pytest.param("0.50*n", "0.5*n", id="a decimal"),
    pytest.param("sum(a+1 for a in b if (a>1))", "sum(a + 1 for a in b if a > 1)", id="a loop"),
    pytest.param("max(a if b else c for x in (d if e else f))", None, id="conditionals in a loop"),
    pytest.param("network.layers[i+1].kernel_size[0]", None, id="a chain"),
]


@pytest.mark.parametrize(("text", "linear"), LINEAR)
def test_linear(text: str, linear: str | None) -> None:
    formula = parse(text)

    assert parse(to_linear(formula)).tree == formula.tree
    if linear is not None:
        assert to_linear(formula) == linear


@pytest.mark.parametrize("sign", ["-", "*", "/", "**"])
def test_the_deepest_formula_is_written_in_no_time(sign: str) -> None:
    formula = parse(f"a{sign}(" * 39 + "a" + ")" * 39)

    assert parse(to_linear(formula)).tree == formula.tree


TEXT = [
    pytest.param("floor((227 - 11 + 2*0)/4) + 1", "⌊(227 − 11 + 2·0)/4⌋ + 1", id="the output size"),
    pytest.param("ceil(n/s) - n//s", "⌈n/s⌉ − ⌊n/s⌋", id="floor division is a floor"),
    pytest.param("a/(b*c)", "a/(b·c)", id="a product in a denominator"),
    pytest.param("a/(b/c)", "a/(b/c)", id="a quotient in a denominator"),
    pytest.param("-(a+b)*c", "−(a + b)·c", id="the negative of a sum"),
    pytest.param("a - (-b)*c", "a − (−b·c)", id="two signs never touch"),
    pytest.param("a*(-b)", "a·(−b)", id="a negative factor"),
    pytest.param("a-(b-c)", "a − (b − c)", id="a difference taken away"),
    pytest.param("(a**2)**12", "(a²)¹²", id="a power of a power"),
    pytest.param("a**n + 2**(a+b)", "a^n + 2^(a + b)", id="exponents that have no superscript"),
    pytest.param("(-a)**2 - a**2", "(−a)² − a²", id="a negative base"),
    pytest.param("(a % b)*c", "(a mod b)·c", id="a remainder stands apart"),
    pytest.param("-a % 3", "(−a) mod 3", id="even a sign"),
    pytest.param("a*b % c", "(a·b) mod c", id="so do its parts"),
    pytest.param("abs(abs(a) - b)", "abs(abs(a) − b)", id="bars are not nested"),
    pytest.param("(c, h + 1, w)", "(c × (h + 1) × w)", id="sides of a shape"),
    pytest.param("(3, -1)", "(3 × (−1))", id="a negative side"),
    pytest.param("a in (1, 2) or op == 'relu'", 'a ∈ (1, 2) ∨ op = "relu"', id="a list of values"),
    pytest.param("a <= b != c >= d", "a ≤ b ≠ c ≥ d", id="a chain of comparisons"),
    pytest.param("not (a < b) and c not in d", "¬(a < b) ∧ c ∉ d", id="logic"),
    pytest.param("1000*62378344 + 0.125", "1,000·62,378,344 + 0.125", id="big numbers"),
    pytest.param("min(a, max(b, 1024))", "min(a, max(b, 1,024))", id="functions by name"),
    pytest.param("1 if bias else 0", "1 if bias else 0", id="a conditional"),
    pytest.param("2*sum(l.parameters for l in net.layers)", "2·(∑[l ∈ layers] parameters)", id="a sum"),
    pytest.param("sum(a for a in b) + 1", "∑[a ∈ b] a + 1", id="a sum plus something"),
    pytest.param("sum(a + 1 for a in b)", "∑[a ∈ b] (a + 1)", id="a sum of sums"),
    pytest.param("product(a for a in b if a > 1)", "∏[a ∈ b : a > 1] a", id="a product with a condition"),
    pytest.param("distinct(l.n for l in b if l.n > 1)", "distinct[l ∈ b : n > 1](n)", id="distinct values"),
    pytest.param("not distinct((a, 2))", "¬distinct((a, 2))", id="values that are not distinct"),
    pytest.param("max(a for a in b) - count(a for a in b)", "max[a ∈ b](a) − #{a ∈ b}", id="others"),
    pytest.param("layer.kernel_size[0]", "kernel_size[0]", id="the last part of a chain"),
    pytest.param("net.layers[0].macs", "layers[0].macs", id="after what is indexed"),
    pytest.param("a.macs - b.macs", "a.macs − b.macs", id="whole chains where they differ"),
    pytest.param("()", "()", id="nothing"),
]


@pytest.mark.parametrize(("text", "shown"), TEXT)
def test_text(text: str, shown: str) -> None:
    assert to_text(parse(text)) == shown


LATEX = [
    pytest.param(
        "floor((n - 11)/s) + 1",
        r"\left\lfloor \frac{n - 11}{s} \right\rfloor + 1",
        id="the output size",
    ),
    pytest.param("a*b/(c*d)", r"\frac{a \cdot b}{c \cdot d}", id="a fraction needs no parentheses"),
    pytest.param("(a/b)**2", r"\left( \frac{a}{b} \right)^{2}", id="as a base it does"),
    pytest.param("a**(b/c)", r"a^{\frac{b}{c}}", id="an exponent needs none"),
    pytest.param("a*(b/c) - (b/c)", r"a \cdot \frac{b}{c} - \frac{b}{c}", id="nor a factor"),
    pytest.param("a + -b/c", r"a + \frac{-b}{c}", id="nor one with a sign above"),
    pytest.param("-(a*b)/c", r"\frac{-a \cdot b}{c}", id="a sign in a fraction"),
    pytest.param("62378344", "62{,}378{,}344", id="separators without a space"),
    pytest.param("op == '50%_{x}'", r"\mathrm{op} = \texttt{50\%\_\{x\}}", id="special characters"),
    pytest.param("round(max(a, b), 2)", None, id="functions"),
    pytest.param("k_h*in_channels", r"k_{h} \cdot \mathrm{in\_channels}", id="names"),
    pytest.param("sum(a for a in b)", r"\sum_{a \in b} a", id="a sum"),
    pytest.param("distinct(a for a in b)", r"\operatorname{distinct}_{a \in b} \left( a \right)", id="distinct values"),
    pytest.param("1 if b else 0", r"\begin{cases} 1 & \text{if } b \\ 0 & \text{otherwise} \end{cases}", id="cases"),
    pytest.param("a % b", r"a \bmod b", id="remainder"),
]


@pytest.mark.parametrize(("text", "shown"), LATEX)
def test_latex(text: str, shown: str | None) -> None:
    latex = to_latex(parse(text))

    if shown is not None:
        assert latex == shown
    assert latex.count(r"\left") == latex.count(r"\right")


TYPST = [
    pytest.param("floor((n - 11)/s) + 1", "floor(frac(n − 11, s)) + 1", id="the output size"),
    pytest.param("(a/b)**2", "(frac(a, b))^(2)", id="a fraction as a base"),
    pytest.param("1024/n", 'frac("1,024", n)', id="a comma would end the argument"),
    pytest.param("in_channels*k_h", '"in_channels" · k_(h)', id="names"),
    pytest.param("op == 'a\"#$'", '"op" = mono("a\\"#$")', id="quotes"),
    pytest.param("max(a, b)", 'op("max")(a, b)', id="a function"),
    pytest.param("distinct(a for a in b)", 'op("distinct", limits: #true)_(a ∈ b) (a)', id="distinct values"),
]


@pytest.mark.parametrize(("text", "shown"), TYPST)
def test_typst(text: str, shown: str) -> None:
    assert to_typst(parse(text)) == shown


def test_mathml_is_one_element_with_an_alternative_text() -> None:
    element = ET.fromstring(to_mathml(parse("floor(n/2) < 1000"), display="block"))

    assert element.tag == f"{MATHML}math"
    assert element.get("display") == "block"
    assert element.get("alttext") == "floor(n/2) < 1000"
    assert "".join(element.itertext()) == "⌊n2⌋<1,000"
    assert [part.text for part in element.findall(f".//{MATHML}mfrac/*")] == ["n", "2"]


def test_mathml_is_inline_unless_told() -> None:
    assert ' display="inline" ' in to_mathml(parse("n"))


@pytest.mark.parametrize("text", [case.values[0] for case in (*LINEAR, *TEXT, *LATEX, *TYPST)])
def test_mathml_is_well_formed(text: str) -> None:
    element = ET.fromstring(to_mathml(parse(text)))

    assert parse(element.get("alttext") or "").tree == parse(text).tree
    children = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2, "mi": 0, "mn": 0, "mo": 0, "mtext": 0}
    for part in element.iter():
        assert len(part) == children.get(part.tag.removeprefix(MATHML), len(part))


def test_one_letter_is_italic_and_a_word_upright() -> None:
    assert "<mi>n</mi>" in to_mathml(parse("n"))
    assert '<mi mathvariant="normal">stride</mi>' in to_mathml(parse("stride"))
    assert to_latex(parse("n*stride")) == r"n \cdot \mathrm{stride}"
    assert to_typst(parse("n*stride")) == 'n · "stride"'


SYMBOLS = {"in_channels": "C_in", "layer.stride": "s", "kernel_size": "K", "weird": "<&\\%", "theta": "θ_1"}


@pytest.mark.parametrize(
    ("text", "shown", "latex", "typst"),
    [
        pytest.param("in_channels**2", "C_in²", r"C_{\mathrm{in}}^{2}", 'C_("in")^(2)', id="a subscript"),
        pytest.param("layer.stride + stride", "s + stride", r"s + \mathrm{stride}", None, id="a whole chain"),
        pytest.param("layer.kernel_size[0]", "K[0]", r"K\left[ 0 \right]", "K[0]", id="the last part"),
        pytest.param("theta", "θ_1", r"\text{θ}_{1}", "θ_(1)", id="Greek"),
        pytest.param("weird", "<&\\%", r"\text{<\&\textbackslash{}\%}", '"<&\\\\%"', id="escapes"),
    ],
)
def test_symbols(text: str, shown: str, latex: str, typst: str | None) -> None:
    formula = parse(text)

    assert to_text(formula, symbols=SYMBOLS) == shown
    assert to_latex(formula, symbols=SYMBOLS) == latex
    assert typst is None or to_typst(formula, symbols=SYMBOLS) == typst
    ET.fromstring(to_mathml(formula, symbols=SYMBOLS))


def test_a_symbol_with_a_subscript_in_mathml() -> None:
    shown = to_mathml(parse("in_channels"), symbols=SYMBOLS)

    assert '<msub><mi>C</mi><mi mathvariant="normal">in</mi></msub>' in shown


@pytest.mark.parametrize("symbol", ["", "_", "a\0b"])
def test_a_symbol_that_cannot_be_shown(symbol: str) -> None:
    with pytest.raises(FormulaError, match="not a symbol for 'n'"):
        to_text(parse("n"), symbols={"n": symbol})


def test_typst_compiles() -> None:
    typst = pytest.importorskip("typst")
    texts = [str(case.values[0]) for case in (*LINEAR, *TEXT, *LATEX, *TYPST)]
    equations = [f"$ {to_typst(parse(text), symbols=SYMBOLS)} $" for text in (*texts, *SYMBOLS)]

    assert typst.compile("\n\n".join(equations).encode()).startswith(b"%PDF")
