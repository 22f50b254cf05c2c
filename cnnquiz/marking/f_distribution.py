"""An F ratio and its degrees of freedom go in; how likely one as large is by chance comes out."""

from math import exp, lgamma, log, log1p

_STEPS = 10_000
_CLOSE = 1e-12
_TINY = 1e-300


def upper_tail(f: float, df1: float, df2: float) -> float:
    """P(F ≥ f), for f ≥ 0 and positive degrees of freedom: I_x(df2/2, df1/2) at x = df2/(df2 + df1·f)."""
    return _incomplete_beta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised I_x(a, b), from its continued fraction on the side where that converges fast (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _continued_fraction(1 - x, b, a) / b
    return front * _continued_fraction(x, a, b) / a


def _continued_fraction(x: float, a: float, b: float) -> float:
    """1/(1 + d₁/(1 + d₂/(1 + …))), by Lentz's method."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
