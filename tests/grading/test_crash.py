"""A crash of ours costs no student a point; a crash of theirs says what they did."""

import pytest

from cnnquiz.bank.exercise import exercise_by_name
from cnnquiz.bank.text import Language
from cnnquiz.errors import GradingError
from cnnquiz.grading import examination, grade
from cnnquiz.grading.examination import observe
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.observation import Observation
from cnnquiz.sandbox import ForkServerError, Sandbox
from tests.grading.variants import HONEST, changed


@pytest.mark.parametrize(("crashes", "passes"), [(1, True), (2, False)])
def test_a_crash_of_the_fork_server_is_retried_once(lenet5, monkeypatch, crashes, passes):
    left = [ForkServerError("the sandbox's fork server stopped: killed (expected it to run)")] * crashes

    def crashing(*arguments: object) -> Observation:
        if left:
            raise left.pop()
        return observe(*arguments)

    monkeypatch.setattr(grade, "observe", crashing)

    if passes:
        assert lenet5.grade(HONEST["plain"], "submission.py").verdict == "pass"
    else:
        with pytest.raises(GradingError, match="fork server stopped: killed"):
            lenet5.grade(HONEST["plain"], "submission.py")
    assert not left


FLATTEN = "x = torch.flatten(x, 1)"

# What is written instead of what; what both languages say of it, and what a student of each reads.
CRASHES = {
    "a batch size that is hard-coded": (
        (FLATTEN, "x = x.view(64, 400)"),
        ("`max_pool2d`", "16×5×5", "64", "x.size(0)"),
        ("the batch size is hard-coded as 64", "배치 크기가 64(으)로 고정되어"),
    ),
    "a batch size that is hard-coded before -1": (
        (FLATTEN, "x = x.reshape((64, -1))"),
        ("`reshape`", "x.size(0)"),
        ("the batch size is hard-coded as 64", "배치 크기가 64(으)로 고정되어"),
    ),
    "a view that does not fit": (
        (FLATTEN, "x = x.view(-1, 256)"),
        ("`max_pool2d`", "(16×5×5)", "(-1, 256)"),
        ("400 numbers for each image do not fit", "이미지 하나의 원소는 400개"),
    ),
    "a view that makes two images of one": (
        (FLATTEN, "x = x.view(-1, 200)"),
        ("`fc1`", "`view`", "(4×200)", "flatten(1)"),
        ("The first axis of `view` is 4 for a batch of 2", "배치의 이미지는 2장인데 `view`의 첫 번째 축은 4입니다"),
    ),
    "a flatten that was forgotten": (
        (FLATTEN, "x = x + 0"),
        ("`fc1`", "(16×5×5)"),
        ("flatten(1) is missing before it", "그 앞에 flatten(1)이 빠져 있습니다"),
    ),
    "features that do not fit": (
        ("nn.Linear(120, 84)", "nn.Linear(100, 84)"),
        ("`fc2`", "`relu`", "(120)"),
        ("`fc2` takes 100 features and is given `relu` in line 20 (120)", "입력 특징 수는 100개"),
    ),
    "channels that do not fit": (
        ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(8, 16, 5)"),
        ("`conv2`", "`max_pool2d`", "(6×14×14)"),
        ("`conv2` takes 8 channels and is given", "입력 채널 수는 8개"),
    ),
    "channels of groups that do not fit": (
        ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(8, 16, 5, groups=4)"),
        ("`conv2`", "(6×14×14)"),
        ("`conv2` takes 8 channels and is given", "입력 채널 수는 8개"),
    ),
    "a sum of what does not fit": (
        ("x = F.relu(self.fc2(x))", "x = x + self.fc2(x)"),
        ("`relu`", "(120)", "`fc2`"),
        ("`add` was given `relu` in line 20 (120) and `fc2` (84)", "`add`에 들어간 텐서: 20번째 줄의 `relu`(120)"),
    ),
    "one of three that does not fit": (
        ("x = F.relu(self.fc2(x))", "y = self.fc2(x)\n        x = torch.cat([y, x, F.relu(y)], 0)"),
        ("`fc2`", "`relu`", "`cat`"),
        ("`relu` in line 20 (120) is the odd one out", "20번째 줄의 `relu`(120)만 다릅니다"),
    ),
    "the input of a layer too deep for it": (
        ("self.conv2(x)), 2)", "self.conv2(x)), 20)"),
        ("`max_pool2d`", "`relu`", "(16×10×10)"),
        ("`max_pool2d` was given `relu` in line 18", "18번째 줄의 `relu`(16×10×10)"),
    ),
    "a GPU by name": (
        ("return self.fc3(x)", "return self.fc3(x.cuda())"),
        (".to(x.device)",),
        ("The device is hard-coded", "장치가 코드에 고정되어"),
    ),
    "a GPU by name, in __init__": (
        ("self.fc3 = nn.Linear(84, 10)", "self.fc3 = nn.Linear(84, 10).to('cuda')"),
        (".to(x.device)",),
        ("nothing has to be installed", "따로 설치할 것은 없습니다"),
    ),
    "a file that is read when the submission is loaded": (
        ("class LeNet5", "open('data.csv')\n\n\nclass LeNet5"),
        ('if __name__ == "__main__":', "FileNotFoundError"),
        ("runs as soon as the file is loaded", "파일을 불러올 때 바로 실행됩니다"),
    ),
    "data that is downloaded when the submission is loaded": (
        ("class LeNet5", "import urllib.request as web\nweb.urlopen('http://localhost/')\n\n\nclass LeNet5"),
        ('if __name__ == "__main__":', "network is not available"),
        ("runs as soon as the file is loaded", "파일을 불러올 때 바로 실행됩니다"),
    ),
    "a layer built with a tensor, lines before": (
        ("x = F.relu(self.fc1(x))", "x = nn.ReLU(self.fc1(x))\n        y = 2"),
        ("nn.ReLU()(x)",),
        ("as in nn.ReLU(x) (line 20)", "텐서를 넘겼습니다 (20번째 줄)"),
    ),
}  # fmt: skip


def message(sandbox: Sandbox, source: bytes, language: Language) -> str:
    report = Grader(exercise_by_name("lenet5"), sandbox, language).grade(source, "submission.py")
    return "" if report.crash is None else report.crash.message


@pytest.mark.parametrize("name", CRASHES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_crash_says_what_was_done(sandbox, name, language):
    replaced, both, said = CRASHES[name]

    told = message(sandbox, changed(replaced), language)

    assert [text for text in (*both, said[language == "ko"]) if text not in told] == [], told


@pytest.mark.parametrize(
    ("replaced", "unsaid"),
    [
        pytest.param(("class LeNet5(nn.Module)", "class LeNet5(nn.Modul)"), "__main__", id="a base class misspelt"),
        pytest.param(("class LeNet5", "nothing\n\n\nclass LeNet5"), "__main__", id="a name misspelt"),
        pytest.param(("import torch\n", "import torch\nimport nothing\n"), "__main__", id="an import misspelt"),
        pytest.param((FLATTEN, "x = x.view(-1, 256)"), "hard-coded", id="a view with -1 in the first place"),
        pytest.param((FLATTEN, "x = x.view(x.size(0), 256)"), "hard-coded", id="a view with the batch in its place"),
        pytest.param((FLATTEN, "x = x.view(64, 256)"), "hard-coded", id="a view whose other sizes hold no image"),
        pytest.param(
            ("self.fc3 = nn.Linear(84, 10)", "self.fc3 = nn.Linear(84, 10)\n        self.mask = torch.ones(10)\n        1/0"),
            "nn.ReLU", id="a module of one's own may hold tensors",
        ),
    ],
)  # fmt: skip
def test_no_cause_is_made_up(sandbox, replaced, unsaid):
    told = message(sandbox, changed(replaced), "en")

    assert told
    assert unsaid not in told


RESIDUAL = b"""
from torch import nn


class Block(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(6)
        self.downsample = nn.Sequential(nn.Conv2d(1, 6, 1, stride), nn.BatchNorm2d(6))

    def forward(self, x):
        return self.bn2(self.conv(x)) + self.downsample(x)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer2 = nn.Sequential(Block(1 + 1))

    def forward(self, x):
        return self.layer2(x)
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "`add` was given `layer2.0.bn2` (6×28×28) and `layer2.0.downsample` (6×14×14)"),
        ("ko", "`add`에 들어간 텐서: `layer2.0.bn2`(6×28×28), `layer2.0.downsample`(6×14×14)"),
    ],
)
def test_branches_that_do_not_fit_have_the_names_of_their_modules(sandbox, language, said):
    assert said in message(sandbox, RESIDUAL, language)


OUTPUTS = {
    "squeeze": (
        ("return self.fc3(x)", "return self.fc3(x).squeeze()"),
        ("squeeze() removes every axis of size 1", "squeeze()는 크기가 1인 축을 모두 없애므로"),
    ),
    "images that become several": (
        ("return self.fc3(x)", "return self.fc3(x.repeat(1, 2).view(-1, 84))"),
        ("one image became several", "이미지 하나가 여러 행이 됩니다"),
    ),
    "images that become one": (
        ("return self.fc3(x)", "return self.fc3(x.mean(0, keepdim=True))"),
        ("several images became one", "여러 이미지가 한 행으로 합쳐집니다"),
    ),
    "branches joined along the batch": (
        ("return self.fc3(x)", "return torch.cat([self.fc3(x), self.fc3(x)])"),
        ("one image became several", "이미지 하나가 여러 행이 됩니다"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_output_without_its_batch_says_how_that_comes(sandbox, name, language, monkeypatch):
    monkeypatch.setattr(examination, "find_mutant", lambda *arguments: ())
    replaced, said = OUTPUTS[name]

    report = Grader(exercise_by_name("lenet5"), sandbox, language).grade(changed(replaced), "submission.py")

    check = next(each for each in report.checks if each.name == "output_shape")
    assert not check.passed
    assert said[language == "ko"] in check.message


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_batch_in_one_axis_is_told_whichever_batch_comes_first(sandbox, language):
    """One image gives an output of the wrong shape, several an error."""
    report = Grader(exercise_by_name("lenet5"), sandbox, language).grade(
        changed((FLATTEN, "x = torch.flatten(x)")), "submission.py"
    )

    told = report.crash.message if report.crash else "".join(each.message for each in report.checks)
    said = {
        "en": ("The batch axis is lost", "The first axis of `flatten`"),
        "ko": ("배치 축이", "`flatten`의 첫 번째 축은"),
    }
    assert any(text in told for text in said[language])
    assert "flatten(1)" in told
