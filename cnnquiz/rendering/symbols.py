"""The letters that courses write for torch's names."""

from collections.abc import Mapping

from cnnquiz.formulas import Formula

_SYMBOLS: Mapping[str, str] = {
    "in_channels": "C_in",
    "out_channels": "C_out",
    "kernel_size": "k",
    "stride": "s",
    "padding": "p",
    "dilation": "d",
    "groups": "g",
    "in_features": "n_in",
    "out_features": "n_out",
}


def symbols(formula: Formula) -> dict[str, str]:
    """Symbols for a formula's names, without those that the formula uses for something else."""
    return {name: symbol for name, symbol in _SYMBOLS.items() if symbol not in formula.names}
