"""How much of the machine one submission may use."""

from dataclasses import dataclass

GIB, MIB, KIB = 1 << 30, 1 << 20, 1 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one submission; memory counts above what Python and torch themselves need."""

    memory_bytes: int = 2 * GIB
    cpu_seconds: int = 60
    import_seconds: float = 20
    call_seconds: float = 10
    total_seconds: float = 120
    kept_output_bytes: int = 64 * KIB
    flood_bytes: int = 16 * MIB
    source_bytes: int = 1 * MIB


LIMITS = Limits()
