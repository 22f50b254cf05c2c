"""A crash of ours costs no student a point: one more try, then an error that says whose fault it is."""

import pytest

from cnnquiz.errors import GradingError
from cnnquiz.grading import grade
from cnnquiz.grading.examination import observe
from cnnquiz.grading.observation import Observation
from cnnquiz.sandbox import ForkServerError
from tests.grading.variants import HONEST


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
