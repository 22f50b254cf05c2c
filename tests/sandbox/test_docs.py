"""docs/security.md says of each level and limit what the code does."""

from pathlib import Path

import pytest

from cnnquiz.sandbox import LEVELS, Limits
from cnnquiz.sandbox.isolation import BASIC, Level

TEXT = " ".join((Path(__file__).parents[2] / "docs" / "security.md").read_text().split())


@pytest.mark.parametrize("level", LEVELS, ids=[level.kind for level in LEVELS])
def test_each_level_is_described(level: Level) -> None:
    row = TEXT.partition(f"| `{level.kind}`")[2].partition("| |")[0].partition(" | | `")[0]
    for phrase in level.missing:
        assert phrase in row
    if level is not BASIC:
        assert ", ".join(level.enforced) in row


def test_the_limits_are_the_defaults() -> None:
    limits = Limits()
    assert f"| CPU time | {limits.cpu_seconds} s |" in TEXT
    assert f"| {limits.import_seconds} s; {limits.call_seconds} s; {limits.total_seconds} s |" in TEXT
    assert f"| {limits.kept_output_bytes >> 10} KiB; {limits.flood_bytes >> 20} MiB |" in TEXT
    assert f"| {limits.memory_bytes >> 30} GiB |" in TEXT
    assert f"| {limits.source_bytes >> 20} MiB, a regular file" in TEXT
