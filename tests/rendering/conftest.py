"""Worksheets and reports made by hand, and the golden files that their pages are compared with."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.cnn import Shape
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Check, Crash, Diagnosis, Report
from cnnquiz.problems.problem import Mistake, Problem, Working
from cnnquiz.sandbox import StudentFrame
from cnnquiz.sandbox.isolation import isolation
from cnnquiz.worksheets.plan import draw_worksheet
from cnnquiz.worksheets.worksheet import Worksheet

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with the golden file of that name; `--update-goldens` writes it instead."""

    def compare(text: str, name: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path} differs; --update-goldens rewrites it"

    return compare


OUTPUT_SIDE = Problem(
    question="shapes.conv-output-side",
    index=417,
    space=1024,
    language="en",
    topics=("shapes",),
    difficulty=1,
    kind="number",
    points=1,
    prompt="A convolution has `kernel_size=11`, `stride=4` and `padding=0`. Its input is 227 pixels wide. "
    "How wide is its output?",
    convention="Sizes are rounded down: $floor((n + 2*p - k)/s) + 1$.",
    options=(),
    unit="pixels",
    answer=55,
    tolerance=Fraction(0),
    mistakes=(
        Mistake(answer=54, feedback="The `+ 1` is left out: the first position of the kernel counts as well."),
        Mistake(answer=217, feedback="The stride is left out: the kernel moves 4 pixels at a time."),
    ),
    hints=("How far can the kernel travel?", "Count positions, not steps."),
    solution="The kernel fits once at the left edge and once more after each of its 54 steps.",
    working=Working(symbolic="floor((n + 2*p - k)/s) + 1", substituted="floor((227 + 2*0 - 11)/4) + 1", value="55"),
    source="Dumoulin & Visin 2016, A guide to convolution arithmetic, relation 5",
)

OUTPUT_SHAPE = Problem(
    question="alexnet.conv1-shape",
    index=3,
    space=20,
    language="en",
    topics=("shapes", "alexnet"),
    difficulty=2,
    kind="shape",
    points=2,
    prompt="AlexNet's first layer is `Conv2d(3, 96, kernel_size=11, stride=4)`. What is the shape of its "
    "output for one image of 3×227×227? Give channels × height × width.",
    convention=None,
    options=(),
    unit=None,
    answer=(96, 55, 55),
    tolerance=Fraction(0),
    mistakes=(
        Mistake(answer=(3, 55, 55), feedback="These are the input's channels; the output has one for each filter."),
    ),
    hints=(),
    solution=None,
    working=Working(
        symbolic="(c, floor((n - k)/s) + 1, floor((n - k)/s) + 1)",
        substituted="(96, floor((227 - 11)/4) + 1, floor((227 - 11)/4) + 1)",
        value="96×55×55",
    ),
    source="Krizhevsky, Sutskever & Hinton 2012, section 3.5",
)

PARAMETERS = Problem(
    question="alexnet.fc6-parameters",
    index=0,
    space=3,
    language="en",
    topics=("parameters", "alexnet"),
    difficulty=2,
    kind="number",
    points=2,
    prompt="The layer `fc6` maps the flattened feature maps, 256×6×6, to 4,096 units. "
    "How many parameters has it, with the bias?",
    convention="Parameters are trainable numbers; the bias counts.",
    options=(),
    unit="parameters",
    answer=37752832,
    tolerance=Fraction(0),
    mistakes=(
        Mistake(answer=37748736, feedback="The bias is left out: one number for each of the 4,096 units."),
        Mistake(answer=1052672, feedback="The 6×6 positions are left out: the layer sees every one of them."),
    ),
    hints=("Flatten first.",),
    solution="Nearly all of AlexNet's parameters are in its linear layers.",
    working=Working(
        symbolic="in_features*out_features + out_features", substituted="9216*4096 + 4096", value="37,752,832"
    ),
    source="Krizhevsky, Sutskever & Hinton 2012, figure 2",
)

STACKED = Problem(
    question="vgg.stacked-kernels",
    index=11,
    space=24,
    language="en",
    topics=("design", "vgg"),
    difficulty=3,
    kind="choice",
    points=3,
    prompt="Three stacked 3×3 convolutions see as much of the input as one 7×7 convolution. "
    "With $C$ channels throughout, what else holds?",
    convention=None,
    options=(
        "They compute the same function.",
        "They have fewer parameters, $27*C**2$ against $49*C**2$.",
        "They have more parameters, because there are three of them.",
        "They need `padding=3` to keep the size.",
    ),
    unit=None,
    answer=1,
    tolerance=Fraction(0),
    mistakes=(
        Mistake(
            answer=0,
            feedback="The receptive field is the same, the function is not: two more ReLUs lie between.",
        ),
        Mistake(answer=2, feedback="Layers are counted in place of weights."),
        Mistake(answer=3, feedback="Each 3×3 convolution keeps the size with `padding=1`."),
    ),
    hints=("Count weights per pair of channels.",),
    solution="Each 3×3 layer has $9*C**2$ weights, three of them $27*C**2$; one 7×7 layer has $49*C**2$.",
    working=None,
    source="Simonyan & Zisserman 2014, section 2.3",
)

KOREAN = (
    replace(
        OUTPUT_SIDE,
        language="ko",
        prompt="합성곱의 `kernel_size=11`, `stride=4`, `padding=0`이고 입력의 너비는 227픽셀입니다. "
        "출력의 너비는 몇 픽셀입니까?",
        convention="크기는 내림합니다: $floor((n + 2*p - k)/s) + 1$.",
        unit="픽셀",
        mistakes=(
            Mistake(answer=54, feedback="마지막의 `+ 1`이 빠졌습니다. 커널이 처음 놓인 위치도 세어야 합니다."),
            Mistake(answer=217, feedback="스트라이드가 빠졌습니다. 커널은 한 번에 4픽셀씩 움직입니다."),
        ),
        hints=("커널이 이동할 수 있는 거리는 얼마입니까?", "이동 횟수가 아니라 위치의 수를 세십시오."),
        solution="커널은 왼쪽 끝에 한 번, 그리고 54번 움직일 때마다 한 번씩 놓입니다.",
    ),
    replace(
        OUTPUT_SHAPE,
        language="ko",
        prompt="AlexNet의 첫 층은 `Conv2d(3, 96, kernel_size=11, stride=4)`입니다. 3×227×227 이미지 "
        "한 장을 넣으면 출력의 모양은 무엇입니까? 채널 × 높이 × 너비로 쓰십시오.",
        mistakes=(Mistake(answer=(3, 55, 55), feedback="입력의 채널 수입니다. 출력 채널은 필터마다 하나씩 있습니다."),),
    ),
    replace(
        PARAMETERS,
        language="ko",
        prompt="`fc6` 층은 256×6×6 특징 맵을 한 줄로 펼쳐 4,096개의 유닛으로 보냅니다. "
        "편향을 포함하면 파라미터는 모두 몇 개입니까?",
        convention="파라미터는 학습되는 수이며 편향도 셉니다.",
        unit="개",
        mistakes=(
            Mistake(answer=37748736, feedback="편향이 빠졌습니다. 4,096개 유닛마다 하나씩 있습니다."),
            Mistake(answer=1052672, feedback="6×6 위치가 빠졌습니다. 이 층은 모든 위치를 봅니다."),
        ),
        hints=("먼저 한 줄로 펼치십시오.",),
        solution="AlexNet의 파라미터는 거의 모두 완전 연결층에 있습니다.",
    ),
    replace(
        STACKED,
        language="ko",
        prompt="3×3 합성곱 세 개를 쌓으면 7×7 합성곱 하나와 같은 넓이의 입력을 봅니다. "
        "채널 수가 모두 $C$일 때 또 무엇이 성립합니까?",
        options=(
            "같은 함수를 계산한다.",
            "파라미터가 더 적다. $27*C**2$ 대 $49*C**2$이다.",
            "층이 세 개이므로 파라미터가 더 많다.",
            "크기를 유지하려면 `padding=3`이 필요하다.",
        ),
        mistakes=(
            Mistake(answer=0, feedback="수용 영역은 같지만 함수는 다릅니다. 사이에 ReLU가 두 번 더 있습니다."),
            Mistake(answer=2, feedback="가중치가 아니라 층을 세었습니다."),
            Mistake(answer=3, feedback="3×3 합성곱은 `padding=1`이면 크기를 유지합니다."),
        ),
        hints=("채널 한 쌍마다 가중치를 세어 보십시오.",),
        solution="3×3 층 하나의 가중치는 $9*C**2$, 셋이면 $27*C**2$이고 7×7 층 하나는 $49*C**2$입니다.",
    ),
)

WORKSHEETS: dict[Language, Worksheet] = {
    "en": Worksheet(
        title="Convolution arithmetic",
        language="en",
        seed=20,
        version=3,
        problems=(OUTPUT_SIDE, OUTPUT_SHAPE, PARAMETERS, STACKED),
    ),
    "ko": Worksheet(title="합성곱의 계산", language="ko", seed=20, version=3, problems=KOREAN),
}


def layer(operation: str, shape: Shape, *reads: int, **place: Any) -> AlignedLayer:
    return AlignedLayer(operation=operation, plain=operation, output_shape=shape, reads=reads, **place)


MAPS, SMALLER = Shape(384, 13, 13), Shape(384, 6, 6)
POOL = "max_pool2d(kernel_size=3, stride=2)"
CONVOLUTION = "conv2d(kernel_size=3, padding=1, out_channels=384)"

ALIGNMENT = (
    AlignedPair(
        theirs=layer(CONVOLUTION, MAPS, 0, name="features.conv3", line=14),
        ours=layer(CONVOLUTION, MAPS, 0),
        differs=False,
    ),
    AlignedPair(theirs=None, ours=layer("relu", MAPS, 1), differs=True),
    AlignedPair(
        theirs=layer("max_pool2d(kernel_size=3, stride=3)", Shape(384, 4, 4), 1, name="max_pool2d", line=15),
        ours=layer(POOL, SMALLER, 2),
        differs=True,
    ),
    AlignedPair(
        theirs=layer("add", Shape(384, 4, 4), 3, 0, name="add", line=16),
        ours=layer("add", SMALLER, 3, 0),
        differs=False,
    ),
)

FAILED = Report(
    submission="kim.py",
    exercise="alexnet",
    title="AlexNet",
    language="en",
    entry="AlexNet",
    arguments={},
    verdict="fail",
    checks=(
        Check(
            name="output_shape",
            title="The output has the right shape",
            passed=True,
            points=2,
            max_points=2,
            message="",
            expected=None,
            actual=None,
            soundness="proved",
        ),
        Check(
            name="same_function",
            title="The network computes the same function as the solution",
            passed=False,
            points=0,
            max_points=10,
            message="For the same weights and images the outputs differ, first after the third "
            "convolution, where the solution has no negative numbers and your network has many.",
            expected="0.0731 at image 0, class 3",
            actual="-0.2154 at image 0, class 3",
            soundness="proved",
        ),
        Check(
            name="gradients",
            title="Gradients agree",
            passed=None,
            points=0,
            max_points=3,
            message="The outputs must agree first.",
            expected=None,
            actual=None,
            soundness="advisory",
        ),
    ),
    diagnosis=(
        Diagnosis(
            bug="missing_relu",
            where="features.conv3",
            message="Your network is the solution without the ReLU after `features.conv3` (line 14)",
            confidence="exact",
            line=14,
        ),
    ),
    crash=None,
    alignment=ALIGNMENT,
    printed="",
    isolation=isolation("landlock", refused={}, landlock_version=6),
    seconds=3.2,
)

FAILED_KO = replace(
    FAILED,
    language="ko",
    checks=(
        replace(FAILED.checks[0], title="출력의 모양이 맞습니다"),
        replace(
            FAILED.checks[1],
            title="모범 답안과 같은 함수를 계산합니다",
            message="같은 가중치와 이미지를 넣었을 때 출력이 다릅니다. 처음 달라지는 곳은 "
            "세 번째 합성곱 다음이며, 모범 답안의 값은 음수가 없지만 제출한 신경망의 값에는 음수가 많습니다.",
            expected="0.0731 (이미지 0, 클래스 3)",
            actual="-0.2154 (이미지 0, 클래스 3)",
        ),
        replace(FAILED.checks[2], title="기울기가 일치합니다", message="출력이 먼저 일치해야 합니다."),
    ),
    diagnosis=(
        replace(
            FAILED.diagnosis[0],
            where="features.conv3",
            message="`features.conv3` 다음에 ReLU가 없는 것을 빼면 모범 답안과 같습니다 (14번째 줄)",
        ),
    ),
)

CRASHED = replace(
    FAILED,
    verdict="crash",
    checks=(
        replace(
            FAILED.checks[1],
            message="The network stopped before it gave an output.",
            expected=None,
            actual=None,
        ),
    ),
    diagnosis=(),
    alignment=None,
    crash=Crash(
        message="RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x9216 and 4096x10)",
        frames=(
            StudentFrame(file_name="submission.py", line=31, function="forward", source="return self.classify(x)"),
            StudentFrame(
                file_name="submission.py",
                line=24,
                function="classify",
                source="return self.fc8(x.flatten(1))",
            ),
        ),
    ),
    printed="x: torch.Size([2, 256, 6, 6])\n\tafter pool\n",
    isolation=isolation("basic", refused={"landlock": "not Linux"}, landlock_version=0),
)

PASSED = replace(
    FAILED,
    verdict="pass",
    checks=(
        FAILED.checks[0],
        replace(FAILED.checks[1], passed=True, points=10, message="", expected=None, actual=None),
    ),
    diagnosis=(),
)

UNGRADED = replace(FAILED, verdict="error", checks=(), diagnosis=(), alignment=None)

REPORTS = {
    "failed.en": FAILED,
    "failed.ko": FAILED_KO,
    "crashed.en": CRASHED,
    "crashed.ko": replace(CRASHED, language="ko"),
    "passed.en": PASSED,
    "ungraded.en": UNGRADED,
}


@pytest.fixture
def worksheets() -> dict[Language, Worksheet]:
    """The same four problems in each language: a number, a shape, a large number and a choice."""
    return WORKSHEETS


@pytest.fixture
def reports() -> dict[str, Report]:
    return REPORTS


@pytest.fixture(scope="session")
def every_kind() -> dict[Language, Worksheet]:
    """Problems of the bank, one of each answer kind and one of each kind of figure, in each language."""
    chosen: dict[str, Question] = {}
    for question in open_bank().readings():
        if isinstance(question, Question):
            chosen.setdefault(question.kind, question)
            if question.figure is not None:
                chosen.setdefault(type(question.figure).__name__, question)
    questions = tuple(dict.fromkeys(chosen.values()))
    return {
        language: draw_worksheet(
            questions, title={"en": "Everything", "ko": "모두"}[language], seed=1, language=language
        )
        for language in LANGUAGES
    }
