"""Every exception raised on purpose; the command line prints each as one line."""


class CnnQuizError(Exception):
    """Something is wrong that the person at the keyboard can put right."""

    exit_code = 2


class NetworkError(CnnQuizError):
    """A layer or network that cannot exist: sizes, channels or groups do not fit."""


class RecordingError(CnnQuizError):
    """A module whose forward pass could not be recorded."""


class ReplayError(CnnQuizError):
    """A recorded network that cannot be run: the recording does not say enough, or torch refuses."""


class FormulaError(CnnQuizError):
    """A formula that cannot be read or evaluated, with the position of the fault in its text."""

    def __init__(self, text: str, position: int, problem: str, *, expected: str) -> None:
        super().__init__(f"{text!r}, character {position + 1}: {problem} (expected {expected})")
        self.text = text
        self.position = position
        self.problem = problem
        self.expected = expected


class BankError(CnnQuizError):
    """A file of the question bank is wrong, at a place its author can open."""

    def __init__(self, path: object, line: int, problem: str, *, expected: str) -> None:
        super().__init__(f"{path}:{line}: {problem} (expected {expected})")
        self.path = path
        self.line = line
        self.problem = problem
        self.expected = expected


class UsageError(CnnQuizError):
    """What was asked for does not exist or cannot be done: a topic, a seed, a file, an exercise."""


class GradingError(CnnQuizError):
    """We could not grade, through a fault of ours or of the machine; never a student's fault."""

    exit_code = 3
