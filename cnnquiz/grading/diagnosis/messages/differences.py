"""Sentences in both languages: places, and how two networks differ there."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

DIFFERENCES: Mapping[str, Mapping[Language, str]] = {
    "place.start": {"en": "at the start", "ko": "맨 앞"},
    "place.after": {"en": "after {before}", "ko": "{before} 다음"},
    "place.between": {"en": "between {before} and {behind}", "ko": "{before}와(과) {behind} 사이"},
    "diff.early": {
        "en": "{name} comes before {passed}; in the reference it is the other way round",
        "ko": "{name}: {passed} 앞에 있는데 기준 모델에서는 순서가 반대입니다",
    },
    "diff.late": {
        "en": "{name} comes after {passed}; in the reference it is the other way round",
        "ko": "{name}: {passed} 뒤에 있는데 기준 모델에서는 순서가 반대입니다",
    },
    "diff.pad_mode": {
        "en": "{name} pads with padding mode {mode}; the reference pads with zeros",
        "ko": "{name}: {mode} 방식으로 패딩하는데 기준 모델은 0으로 패딩합니다",
    },
    "diff.twice": {
        "en": "{name} reads the output of {actual} twice; in the reference its inputs are all different",
        "ko": "{name}: {actual}의 출력을 두 번 받는데, 기준 모델에서는 입력이 모두 서로 다릅니다",
    },
    "diff.block": {
        "en": "{place} {count} layers of the reference are missing in a row ({layers}): is there one block too few?",
        "ko": "{place}: 기준 모델의 층 {count}개({layers})가 연달아 빠져 있습니다. 블록이 하나 모자라지 않는지 확인해 "
        "보십시오",
    },
    "diff.missing": {
        "en": "{place} the reference has {ours}; your network does not",
        "ko": "{place}: 기준 모델에는 {ours} 층이 있는데 제출한 네트워크에는 없습니다",
    },
    "diff.extra": {
        "en": "{place} your network has {theirs}{name}; the reference does not",
        "ko": "{place}: 제출한 네트워크에 {theirs}{name} 층이 있는데 기준 모델에는 없습니다",
    },
    "diff.replaced": {
        "en": "{name} is {theirs}; the reference has {ours} there",
        "ko": "{name} 자리는 {theirs}인데 기준 모델은 {ours}입니다",
    },
    "diff.attribute": {
        "en": "{name} has {attribute} {actual}; the reference has {attribute} {expected}",
        "ko": "{name}의 {attribute} 값은 {actual}인데 기준 모델은 {expected}입니다",
    },
    "diff.reads": {
        "en": "{name} reads the output of {actual}; in the reference it reads that of {expected}",
        "ko": "{name}: {actual}의 출력을 입력으로 받는데, 기준 모델에서는 {expected}의 출력을 받습니다",
    },
    "diff.reads.order": {
        "en": "{name} reads the right outputs in another order, or one of them twice",
        "ko": "{name}: 입력의 순서가 다르거나 같은 출력을 두 번 받습니다",
    },
    "diff.inputs": {
        "en": "{name} joins {actual} inputs; in the reference it joins {expected}: look whether a branch is "
        "missing, or one too many",
        "ko": "{name}: 입력 {actual}개를 합치는데 기준 모델은 {expected}개를 합칩니다. 빠지거나 더 들어간 갈래가 "
        "있는지 확인해 보십시오",
    },
    "diff.own": {
        "en": "{name}: code of your own stands where the reference has {ours}, and does something else: look at the "
        "axes, at ε, at which mean and variance are used in which mode, at scale and shift",
        "ko": "{name}: 기준 모델의 {ours} 자리를 직접 작성했는데 계산이 다릅니다. 축, ε의 위치, 학습 모드와 "
        "평가 모드에서 쓰는 평균과 분산, 스케일과 이동 항을 확인해 보십시오",
    },
    "diff.dropout_active": {
        "en": "{name} still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{name}: 평가 모드에서도 드롭아웃이 적용됩니다. 드롭아웃은 학습할 때만 쓰입니다",
    },
    "diff.line": {"en": " (line {line})", "ko": " ({line}번째 줄)"},
    "place.at": {"en": "at {name}", "ko": "{name} 자리"},
    "place.counted": {"en": "{layer} no. {number}", "ko": "{number}번째 {layer}"},
    "mutant": {
        "en": "your network behaves exactly like the reference {change}",
        "ko": "제출한 네트워크는 기준 모델을 다음과 같이 바꾼 것과 똑같이 동작합니다: {change}",
    },
    "diff.value.at": {
        "en": "up to {before} the numbers are the reference's; those of {name} are not, though it looks alike: look at "
        "its constants, at the order of axes, at what it reads",
        "ko": "{before}까지는 값이 기준 모델과 같은데 {name}부터 다릅니다. 층 자체는 같아 보이므로 상수, 축의 순서, "
        "입력으로 받는 값을 확인해 보십시오",
    },
    "diff.value": {
        "en": "the layers look alike, yet the numbers differ: look at the order of axes, at constants, at the flow",
        "ko": "층 구성은 같아 보이지만 값이 다릅니다. 축의 순서, 상수, 데이터의 흐름을 확인해 보십시오",
    },
}
