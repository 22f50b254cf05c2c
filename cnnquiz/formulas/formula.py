"""A text and the tree that was read from it in, a formula out: plain data that remembers what was derived from it."""

from dataclasses import dataclass, field
from functools import cached_property

from cnnquiz.formulas.closures import Closures
from cnnquiz.formulas.tree import Node, free_names


# Without slots, for the sake of the cached properties.
@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula that was read. `text` is what its author wrote: positions in errors refer to it,
    also after names in the tree were replaced by numbers (`to_linear` gives the text of the tree itself)."""

    text: str
    tree: Node = field(hash=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that need a value: all but the variables of `sum(... for variable in ...)`."""
        return free_names(self.tree)

    @cached_property
    def closures(self) -> Closures:
        """What computes the tree and its parts."""
        return Closures(self.text)

    def __getstate__(self) -> dict[str, object]:
        """A copy and a pickle hold the data only: functions cannot be pickled."""
        return {"text": self.text, "tree": self.tree}
