"""Sentences in both languages: how a submission ended before it could be judged."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

FAULTS: Mapping[str, Mapping[Language, str]] = {
    "wrong.output": {
        "en": "forward() returned shape {actual}, expected {expected}",
        "ko": "forward()가 반환한 크기는 {actual}인데 {expected}이어야 합니다",
    },
    "wrong.kind": {"ko": "forward()는 텐서 하나를 반환해야 하는데 다른 것을 반환했습니다"},
    "fault.crash": {"ko": "프로그램이 비정상적으로 종료되었습니다"},
    "fault.exit": {"ko": "결과를 내기 전에 프로그램이 스스로 종료되었습니다"},
    "fault.timeout": {"ko": "제한 시간 안에 끝나지 않았습니다"},
    "fault.memory": {"ko": "허용된 것보다 많은 메모리를 사용했습니다"},
    "fault.flood": {"ko": "허용된 것보다 많은 글을 출력했습니다"},
    "fault.protocol": {"ko": "제출한 프로그램이 알아볼 수 없는 응답을 보냈습니다"},
    "fault.entry": {"ko": "제출한 파일에서 nn.Module을 만드는 {entry} 클래스나 함수를 찾지 못했습니다"},
    "fault.hint.no_init": {
        "en": "Call super().__init__() first in __init__: a module can hold layers only after it",
        "ko": "__init__의 맨 앞에서 super().__init__()을 먼저 호출해야 모듈에 층을 담을 수 있습니다",
    },
    "fault.hint.module_for_tensor": {
        "en": "A layer was built with a tensor as its setting, as in nn.ReLU(x): build it first and call it then, "
        "nn.ReLU()(x), or use the function, F.relu(x)",
        "ko": "nn.ReLU(x)처럼 층을 만들 때 텐서를 넘겼습니다. nn.ReLU()(x)처럼 먼저 만든 다음 호출하거나 "
        "F.relu(x) 함수를 써야 합니다",
    },
}
