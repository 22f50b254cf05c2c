"""`devices.yaml`: the shipped figures against data sheets, and what is refused at its line."""

from pathlib import Path

import pytest

from cnnquiz.bank.devices import load_devices
from cnnquiz.errors import BankError


# Data sheets and white papers of the makers: TFLOP/s in float32 and float16 (tensor cores, dense), GB/s, GiB.
@pytest.mark.parametrize(
    ("name", "float32", "float16", "bandwidth", "memory"),
    [
        pytest.param("gtx580", 512 * 2 * 1.544 / 1000, None, 192.4, 3, id="GTX 580: 512 cores at 1,544 MHz"),
        pytest.param("p100", 10.6, 21.2, 732, 16, id="P100 SXM2"),
        pytest.param("v100", 15.7, 125, 900, 16, id="V100 SXM2"),
        pytest.param("t4", 8.1, 65, 320, 16, id="T4"),
        pytest.param("a100", 19.5, 312, 1555, 40, id="A100 SXM 40 GB"),
        pytest.param("h100", 66.9, 989.4, 3350, 80, id="H100 SXM5"),
        pytest.param(
            "threadripper3970x",
            32 * 3.7 * 32 / 1000,
            None,
            4 * 8 * 3.2,
            256,
            id="3970X: 32 cores, four channels of DDR4",
        ),
    ],
)
def test_shipped_figures(name: str, float32: float, float16: float | None, bandwidth: float, memory: int) -> None:
    device = load_devices()[name]

    assert device.name == name
    assert device.flops_per_second["float32"] / 1e12 == pytest.approx(float32, rel=1e-3)
    assert device.flops_per_second.get("float16") == (None if float16 is None else pytest.approx(float16 * 1e12))
    assert device.bytes_per_second / 1e9 == pytest.approx(bandwidth)
    assert device.memory_bytes == memory * 2**30


def test_v100_is_limited_by_arithmetic_from_17_flops_a_byte_in_float32_and_139_in_float16() -> None:
    device = load_devices()["v100"]

    assert round(device.ridge("float32"), 1) == 17.4
    assert round(device.ridge("float16")) == 139


def test_every_device_has_a_title_and_a_source() -> None:
    for device in load_devices().values():
        assert device.title
        assert device.source


GOOD = {
    "title": "Card",
    "flops_per_second": "{float32: 1.5T}",
    "bytes_per_second": "100G",
    "memory": "512MiB",
    "source": "a sheet",
}


def written(folder: Path, **changed: str | None) -> Path:
    """One device, a key a line from line 2 on; None leaves a key out."""
    path = folder / "devices.yaml"
    keys = {key: value for key, value in (GOOD | changed).items() if value is not None}
    path.write_text("card:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
    return path


def test_units(tmp_path: Path) -> None:
    device = load_devices(written(tmp_path, bytes_per_second="25.6M"))["card"]

    assert device.flops_per_second == {"float32": 1_500_000_000_000}
    assert (device.bytes_per_second, device.memory_bytes) == (25_600_000, 2**29)


_QUANTITY = "expected a number with one of GiB, MiB, M, G, T, such as 15.7T"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        pytest.param({"memory": None}, ":1: 'memory' is missing", id="a missing key"),
        pytest.param({"colour": "green"}, ":7: unknown key 'colour'", id="an unknown key"),
        pytest.param({"flops_per_second": "{float16: 1T}"}, ":3: 'float32' is missing", id="no float32"),
        pytest.param({"flops_per_second": "{float32: 1T, float8: 2T}"}, ":3: unknown key 'float8'", id="no such dtype"),
        pytest.param({"bytes_per_second": "900"}, f":4: '900' is no quantity ({_QUANTITY})", id="no unit"),
        pytest.param({"bytes_per_second": "900 GB/s"}, ":4: '900 GB/s' is no quantity", id="another unit"),
        pytest.param({"bytes_per_second": "-9G"}, ":4: '-9G' is no quantity", id="negative"),
        pytest.param({"bytes_per_second": "0G"}, ":4: '0G' is no quantity", id="zero"),
        pytest.param({"bytes_per_second": "1.2.3G"}, ":4: '1.2.3G' is no quantity", id="two points"),
        pytest.param({"bytes_per_second": ".G"}, ":4: '.G' is no quantity", id="a point alone"),
        pytest.param({"bytes_per_second": "0.0000001M"}, ":4: '0.0000001M' is no quantity", id="a tenth of a byte"),
        pytest.param({"bytes_per_second": "٣G"}, ":4: '٣G' is no quantity", id="a digit that is not ASCII"),
        pytest.param({"title": "[a]"}, ":2: a list where the name people know it by belongs", id="no text"),
    ],
)
def test_what_is_refused_at_its_line(tmp_path: Path, changed: dict[str, str | None], problem: str) -> None:
    path = written(tmp_path, **changed)
    with pytest.raises(BankError) as caught:
        load_devices(path)

    assert str(caught.value).startswith(f"{path}{problem}")
