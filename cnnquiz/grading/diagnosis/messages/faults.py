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
        "en": "A layer was built with a tensor as its setting, as in nn.ReLU(x){line}: build it first and call it "
        "then, nn.ReLU()(x), or use the function, F.relu(x)",
        "ko": "nn.ReLU(x)처럼 층을 만들 때 텐서를 넘겼습니다{line}. nn.ReLU()(x)처럼 먼저 만든 다음 호출하거나 "
        "F.relu(x) 함수를 써야 합니다",
    },
    "fault.hint.at_import": {
        "en": "Code outside of class and def runs as soon as the file is loaded: put what trains, tests or prints "
        'under if __name__ == "__main__":',
        "ko": "class와 def 바깥의 코드는 파일을 불러올 때 바로 실행됩니다. 학습, 테스트, 출력 코드는 "
        'if __name__ == "__main__": 아래로 옮기십시오',
    },
    "fault.hint.no_cuda": {
        "en": 'The device is hard-coded (.cuda() or "cuda"): put tensors where the input is, with .to(x.device); '
        "nothing has to be installed",
        "ko": '장치가 코드에 고정되어 있습니다(.cuda() 또는 "cuda"). forward()에서 만든 텐서는 .to(x.device)로 입력과 '
        "같은 장치에 두면 됩니다. 따로 설치할 것은 없습니다",
    },
    "fault.fixed_batch": {
        "en": "{function} of {given}: the batch size is hard-coded as {size}, but a batch may hold any number of "
        "images; write x.size(0) in its place, or flatten(1)",
        "ko": "{given}에 적용한 {function}: 배치 크기가 {size}(으)로 고정되어 있습니다. 배치의 이미지 수는 달라질 수 "
        "있으므로 그 자리에 x.size(0)을 쓰거나 flatten(1)을 사용하십시오",
    },
    "fault.call.given": {"en": "{function} was given {operands}", "ko": "{function}에 들어간 텐서: {operands}"},
    "fault.call.odd": {
        "en": "{given} is the odd one out: the others agree",
        "ko": "나머지는 크기가 서로 맞고 {given}만 다릅니다",
    },
    "fault.call.view": {
        "en": "{function} of {given}: {count} numbers for each image do not fit into {sizes}",
        "ko": "{given}에 적용한 {function}: 이미지 하나의 원소는 {count}개라서 {sizes} 크기로 바꿀 수 없습니다",
    },
    "fault.call.features": {
        "en": "{layer} takes {expected} features and is given {given}",
        "ko": "{layer}: 입력 특징 수는 {expected}개인데 받은 텐서는 {given}입니다",
    },
    "fault.call.channels": {
        "en": "{layer} takes {expected} channels and is given {given}",
        "ko": "{layer}: 입력 채널 수는 {expected}개인데 받은 텐서는 {given}입니다",
    },
    "fault.call.not_flattened": {
        "en": "flatten(1) is missing before it",
        "ko": "그 앞에 flatten(1)이 빠져 있습니다",
    },
    "fault.call.batch_lost": {
        "en": "The first axis of {given} is {size} for a batch of {batch}: view(-1, ...), view(1, -1) and flatten() "
        "mix images with one another; use flatten(1)",
        "ko": "배치의 이미지는 {batch}장인데 {given}의 첫 번째 축은 {size}입니다. view(-1, ...), view(1, -1), "
        "flatten()은 여러 이미지를 섞을 수 있으므로 flatten(1)을 사용하십시오",
    },
    "operand.input": {"en": "the input ({shape})", "ko": "입력({shape})"},
    "operand.other": {"en": "a tensor ({shape})", "ko": "텐서({shape})"},
    "operand.named": {"en": "{name} ({shape})", "ko": "{name}({shape})"},
    "operand.at": {"en": "{name} in line {line} ({shape})", "ko": "{line}번째 줄의 {name}({shape})"},
    "wrong.hint.squeezed": {
        "en": "The batch axis of a single image is lost: squeeze() removes every axis of size 1; use flatten(1)",
        "ko": "이미지가 한 장일 때 배치 축이 사라졌습니다. squeeze()는 크기가 1인 축을 모두 없애므로 flatten(1)을 "
        "사용하십시오",
    },
    "wrong.hint.flattened": {
        "en": "The batch axis is lost: flatten() and view(-1) put the whole batch into one axis; use flatten(1)",
        "ko": "배치 축이 사라졌습니다. flatten()과 view(-1)은 배치 전체를 축 하나로 합치므로 flatten(1)을 사용하십시오",
    },
    "wrong.hint.batch_merged": {
        "en": "{actual} rows for a batch of {batch}: one image became several, as by view(-1, ...) or by torch.cat "
        "along dim 0; use flatten(1), or dim=1",
        "ko": "배치의 이미지는 {batch}장인데 출력은 {actual}행입니다. view(-1, ...)나 dim=0인 torch.cat을 쓰면 이미지 "
        "하나가 여러 행이 됩니다. flatten(1)이나 dim=1을 사용하십시오",
    },
    "wrong.hint.batch_swallowed": {
        "en": "{actual} rows for a batch of {batch}: several images became one, as by view(-1, ...) or view(1, -1); "
        "use flatten(1)",
        "ko": "배치의 이미지는 {batch}장인데 출력은 {actual}행입니다. view(-1, ...)나 view(1, -1)을 쓰면 여러 이미지가 "
        "한 행으로 합쳐집니다. flatten(1)을 사용하십시오",
    },
}
