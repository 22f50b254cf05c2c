"""The networks and facts that questions draw from: those that ship with the package, then those of a bank's folder."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from pathlib import Path

from cnnquiz.bank.networks import read_network
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bank.records import network_record
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.bundled import bundled_path
from cnnquiz.cnn import Network
from cnnquiz.formulas import Value

Record = Mapping[str, Value]

_ABOUT = ("title", "family", "depth", "variant")


class Library:
    """Networks by name with what is written about them, and tables of facts, of which `families` is one.

    A bank's folder adds `networks/NAME.json`, `networks.yaml` and `facts/TABLE.yaml` to what `base` has.
    """

    def __init__(self, folder: Path, base: "Library | None" = None) -> None:
        self._folder = folder
        self._base = base

    @cached_property
    def facts(self) -> Mapping[str, tuple[Record, ...]]:
        """Each table's records in the order of its file."""
        own = {path.stem: _table(path) for path in sorted((self._folder / "facts").glob("*.yaml"))}
        return {**(self._base.facts if self._base else {}), **own}

    @cached_property
    def families(self) -> Mapping[str, Record]:
        """The records of the table `families`, by name."""
        return {str(record["name"]): record for record in self.facts.get("families", ())}

    @cached_property
    def networks(self) -> Mapping[str, Record]:
        """Networks as formulas see them, in the order of their names."""
        path = self._folder / "networks.yaml"
        about = read_yaml(path).open_mapping() if path.is_file() else {}
        found = dict(self._base.networks) if self._base else {}
        for file in sorted((self._folder / "networks").glob("*.json")):
            load = cache(partial(read_network, file))
            found[file.stem] = self._network(file.stem, about.pop(file.stem, None), load)
        for name, entry in about.items():
            raise entry.error(f"no recorded network {name!r}", expected=f"networks/{name}.json beside this file")
        return dict(sorted(found.items()))

    def networks_of(self, family: Record) -> tuple[Record, ...]:
        """The recorded networks of a family; the same tuple every time."""
        return self._by_family.get(str(family["name"]), ())

    @cached_property
    def _by_family(self) -> Mapping[str, tuple[Record, ...]]:
        return {
            name: tuple(network for network in self.networks.values() if network["family"] is family)
            for name, family in self.families.items()
        }

    def _network(self, name: str, entry: Entry | None, load: Callable[[], Network]) -> Record:
        no_family: Record = {"name": "", "title": ""}
        about: dict[str, Value] = {"name": name, "title": name, "family": no_family}
        for key, item in (entry.mapping(_ABOUT, required=_ABOUT) if entry else {}).items():
            value = fact(item)
            if key == "family":
                if value not in self.families:
                    raise item.error(f"unknown family {value!r}", expected="one of " + ", ".join(self.families))
                value = self.families[str(value)]
            about[key] = value
        return network_record(about, load)


@cache
def shipped_library() -> Library:
    """What ships with the package."""
    return Library(bundled_path("question_bank"))


def own_network(network: Network) -> tuple[Record, Record]:
    """A family that has this network alone, and the network: for questions on a network that no bank knows."""
    family: Record = {"name": network.name.lower().replace("_", "-"), "title": network.name}
    variant: Record = {"en": f"input of {'×'.join(map(str, network.input_shape))}",
                       "ko": f"입력 크기 {'×'.join(map(str, network.input_shape))}"}  # fmt: skip
    about: Record = {"name": network.name, "title": network.name, "family": family, "variant": variant}
    return family, network_record(about, lambda: network)


def _table(path: Path) -> tuple[Record, ...]:
    records: list[Record] = []
    keys: tuple[str, ...] = ()
    for item in read_yaml(path).items("a list of records"):
        record = item.mapping(keys or item.open_mapping(), required=keys or ("name", "source"))
        keys = keys or tuple(record)
        values = {key: fact(entry) for key, entry in record.items()}
        if any(values["name"] == other["name"] for other in records):
            raise record["name"].error(f"{values['name']!r} appears twice", expected="a name of its own")
        records.append(values)
    return tuple(records)


def fact(entry: Entry) -> Value:
    """A number, a text, a text in every language, or a list of them."""
    if isinstance(entry.value, list):
        return tuple(map(fact, entry.value))
    if isinstance(entry.value, dict):
        languages = entry.mapping(LANGUAGES, required=LANGUAGES)
        return {language: languages[language].text() for language in LANGUAGES}
    if entry.is_number:
        number = entry.fraction("a number")
        return number.numerator if number.denominator == 1 else number
    return entry.text()
