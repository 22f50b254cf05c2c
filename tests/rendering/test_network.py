"""Tables and drawings of networks: what stands in them, folded repeats, bad shapes of nothing."""

import xml.etree.ElementTree as ET

import pytest

from cnnquiz.bank.networks import load_network, network_names
from cnnquiz.rendering.network_rows import rows
from cnnquiz.rendering.network_svg import render_svg
from cnnquiz.rendering.network_table import render_network

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_alexnet_is_drawn_layer_by_layer_with_the_shapes_of_the_paper():
    shown = texts(render_svg(load_network("alexnet")))

    for shape in (
        "3×227×227",
        "96×55×55",
        "96×27×27",
        "256×27×27",
        "256×13×13",
        "384×13×13",
        "256×6×6",
        "9216",
        "1000",
    ):
        assert shape in shown
    assert "5×5, 256, groups 2 · ReLU · LRN" in shown


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        # He 2015, table 1; Szegedy 2014, table 1; Huang 2017, table 1.
        pytest.param(
            "resnet50", ["Bottleneck × 3", "Bottleneck × 4", "Bottleneck × 6", "Bottleneck × 3"], id="resnet50"
        ),
        pytest.param(
            "resnet34", ["BasicBlock × 3", "BasicBlock × 4", "BasicBlock × 6", "BasicBlock × 3"], id="resnet34"
        ),
        pytest.param(
            "googlenet", ["InceptionModule × 2", "InceptionModule × 5", "InceptionModule × 2"], id="googlenet"
        ),
        pytest.param(
            "densenet121", ["DenseLayer × 6", "DenseLayer × 12", "DenseLayer × 24", "DenseLayer × 16"], id="densenet"
        ),
    ],
)
def test_repeats_are_folded_as_in_the_papers_tables(name, blocks):
    shown = [part for row in rows(load_network(name)) for part in (row.title, row.detail) if part in set(blocks)]

    assert shown == blocks


@pytest.mark.parametrize("name", network_names())
def test_every_network_fits_on_a_slide_and_loses_nothing(name):
    network = load_network(name)
    boxes = rows(network)

    assert 5 <= len(boxes) <= 45
    assert sum(box.macs for box in boxes) == network.macs
    assert boxes[-1].output_shape == network.output_shape
    root = ET.fromstring(render_svg(network))
    height = float(root.attrib["height"])
    assert all(float(box.attrib["y"]) + float(box.attrib["height"]) <= height for box in root.iter(f"{SVG}rect"))
    assert root.find(f"{SVG}title").text.startswith(name)


def test_the_table_ends_with_totals_and_what_to_notice():
    table = render_network(load_network("alexnet"), markdown=False)

    # 58,631,144 of 60,965,224 parameters: (9216 + 1)·4096 + (4096 + 1)·4096 + (4096 + 1)·1000
    assert "96.2% of the parameters are in fully connected layers, most of them in fc6" in table
    assert "the last feature map sees 195 of 227 pixels each way" in table
    total = next(line for line in table.splitlines() if line.startswith("total"))
    assert total.split() == ["total", "1000", "60,965,224", "724,406,816"]
    assert len({len(line) for line in table.splitlines() if line.startswith("─")}) == 1


def test_mobilenets_arithmetic_is_in_its_pointwise_convolutions():
    # Howard 2017, table 2: 94.86 % of the multiply–adds.
    assert "94.9% of the MACs are in 1×1 convolutions" in render_network(load_network("mobilenet_v1"), markdown=False)


def test_markdown_has_one_row_a_layer():
    network = load_network("lenet5")
    lines = [line for line in render_network(network, markdown=True).splitlines() if line.startswith("|")]

    assert len(lines) == len(network.layers) + 3  # header, rule, total
    assert {line.count("|") for line in lines} == {8}
