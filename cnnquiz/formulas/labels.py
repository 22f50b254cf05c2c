"""The names of a formula and a course's symbols for them in, the label that each name is shown with out."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from cnnquiz.errors import FormulaError
from cnnquiz.formulas.tree import Attribute, Name, Node, walk

_LETTER_WITH_SUBSCRIPT = re.compile(r"[A-Za-z]_[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands for a name: a letter in italics or an upright word, and what hangs below it."""

    base: str
    subscript: str = ""


class Labels:
    """Labels for the names of one tree.

    `symbols` maps a name (`in_channels`) or a whole chain (`layer.in_channels`) to how it is shown: `C_in` is
    a C with `in` below. An attribute is shown by its last part, unless another chain ends in the same word.
    """

    def __init__(self, tree: Node, symbols: Mapping[str, str]) -> None:
        for name, symbol in symbols.items():
            if not symbol.strip("_ ") or not symbol.isprintable():
                raise FormulaError(symbol, 0, f"not a symbol for {name!r}", expected="such as n or C_in")
        self._symbols = symbols
        self._chains: dict[str, set[str]] = defaultdict(set)
        for node in walk(tree):
            if isinstance(node, Name | Attribute) and (dotted := dotted_name(node)):
                self._chains[dotted.rpartition(".")[2]].add(dotted)

    def name(self, name: str) -> Label:
        """The label of a free name or of a variable after `for`."""
        if name in self._symbols:
            base, _, subscript = self._symbols[name].strip().partition("_")
            return Label(base=base, subscript=subscript) if base else Label(base=subscript)
        if _LETTER_WITH_SUBSCRIPT.fullmatch(name):
            return Label(base=name[0], subscript=name[2:])
        return Label(base=name)

    def chain(self, dotted: str) -> Label:
        """The label of a whole chain of attributes such as `layer.kernel_size`."""
        last = dotted.rpartition(".")[2]
        ambiguous = len(self._chains[last]) > 1
        return self.name(dotted if dotted in self._symbols or ambiguous else last)


def dotted_name(node: Node) -> str | None:
    """`network.layers` as it is written; None for a chain with an index in it."""
    match node:
        case Name(name=name):
            return name
        case Attribute(owner=owner, name=name):
            dotted = dotted_name(owner)
            return None if dotted is None else f"{dotted}.{name}"
    return None
