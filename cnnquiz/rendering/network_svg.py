"""A network goes in; a drawing of it for a slide comes out: one box a layer or block, shapes on the arrows."""

from html import escape

from cnnquiz.cnn import Network, Shape
from cnnquiz.rendering.network_rows import Row, rows

_WIDTH, _BOX, _GAP, _MARGIN, _HEAD = 560, 44, 30, 24, 56
_LEFT, _BOX_WIDTH = 40, 300

# Light fills that stay apart in greyscale; the border style tells the kinds apart without any colour.
_FILLS = {"convolution": "#dbe8f7", "pooling": "#f4f4f4", "linear": "#fbe6cf", "block": "#cfe3d4", "other": "#ffffff"}

_STYLE = (
    "text{font-family:Pretendard,'Noto Sans KR','Helvetica Neue',Arial,sans-serif;fill:#1b2733}"
    ".name{font-size:15px;font-weight:600}.small{font-size:12px}.shape{font-size:13px}"
    ".head{font-size:20px;font-weight:700}rect{stroke:#41556b;stroke-width:1.2}line{stroke:#41556b;stroke-width:1.4}"
)


def render_svg(network: Network) -> str:
    """A self-contained SVG with a title and a description for those who cannot see it."""
    boxes = rows(network)
    height = _HEAD + _MARGIN + (len(boxes) + 1) * _GAP + len(boxes) * _BOX + _MARGIN
    title = f"{network.name}: {network.parameters:,} parameters, {network.macs:,} MACs"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(_description(network, boxes))}</desc>',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#41556b"/></marker></defs>',
        f'<rect x="0" y="0" width="{_WIDTH}" height="{height}" fill="#fff" style="stroke:none"/>',
        f'<text class="head" x="{_LEFT}" y="34">{escape(network.name)}</text>',
        f'<text class="small" x="{_LEFT}" y="52">{escape(title.partition(": ")[2])}</text>',
    ]
    y = _HEAD + _MARGIN
    parts += _arrow(y, network.input_shape)
    for box in boxes:
        y += _GAP
        parts += _box(y, box)
        y += _BOX
        parts += _arrow(y, box.output_shape)
    parts.append("</svg>\n")
    return "\n".join(parts)


def _arrow(y: int, shape: Shape) -> list[str]:
    x = _LEFT + _BOX_WIDTH // 2
    return [
        f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + _GAP - 1}" marker-end="url(#arrow)"/>',
        f'<text class="shape" x="{x + 10}" y="{y + _GAP // 2 + 4}">{escape(str(shape))}</text>',
    ]


def _box(y: int, box: Row) -> list[str]:
    dashed = ' stroke-dasharray="4 3"' if box.kind == "pooling" else ""
    corner = 10 if box.kind == "block" else 2
    costs = [f"{_short(box.parameters)} parameters"] if box.parameters else []
    costs += [f"{_short(box.macs)} MACs"] if box.macs else []
    baseline = y + (19 if box.detail else 27)
    parts = [
        f'<rect x="{_LEFT}" y="{y}" width="{_BOX_WIDTH}" height="{_BOX}" rx="{corner}" '
        f'fill="{_FILLS[box.kind]}"{dashed}/>',
        f'<text class="name" x="{_LEFT + 12}" y="{baseline}">{escape(box.title)}</text>',
    ]
    if box.detail:
        parts.append(f'<text class="small" x="{_LEFT + 12}" y="{y + 36}">{escape(box.detail)}</text>')
    for number, cost in enumerate(costs):
        top = y + (19 if len(costs) == 2 else 27) + 16 * number
        parts.append(f'<text class="small" x="{_LEFT + _BOX_WIDTH + 14}" y="{top}">{escape(cost)}</text>')
    return parts


def _short(number: int) -> str:
    """A count for a slide: three digits, k, M and G as powers of 1000."""
    if number < 1000:
        return str(number)
    unit, size = next(
        (u, s) for u, s in (("k", 10**3), ("M", 10**6), ("G", 10**9), ("T", 10**12)) if number < 999.5 * s
    )
    return f"{number / size:.3g} {unit}"


def _description(network: Network, boxes: tuple[Row, ...]) -> str:
    steps = "; ".join(f"{box.title} ({box.output_shape})" for box in boxes)
    return f"From an input of {network.input_shape}: {steps}."
