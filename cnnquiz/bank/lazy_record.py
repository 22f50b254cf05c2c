"""A record whose values are computed when a formula asks for them."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnquiz.formulas import Value


class LazyRecord(dict[str, "Value"]):
    """Names with values, some of them computed on first use and then kept.

    A dict, as looking up what is there is what formulas do most.
    """

    def __init__(self, values: "Mapping[str, Value]", computed: "Mapping[str, Callable[[], Value]]") -> None:
        super().__init__(values)
        self._computed = computed

    def __missing__(self, name: str) -> "Value":
        value = self[name] = self._computed[name]()
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._computed

    def __iter__(self) -> Iterator[str]:
        known = list(super().__iter__())
        return iter([*known, *(name for name in self._computed if name not in known)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    # Those of a dict know only what was computed already.
    get = Mapping.get  # type: ignore[assignment]
    keys = Mapping.keys  # type: ignore[assignment]
    values = Mapping.values  # type: ignore[assignment]
    items = Mapping.items  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"LazyRecord({self['name']!r})"
