"""Sentences in both languages: what was done to the solution to get a submission's numbers."""

from collections.abc import Mapping

from cnnquiz.bank.text import Language

MUTANTS: Mapping[str, Mapping[Language, str]] = {
    "mutant.more": {"en": ", and in {more} more of its kind", "ko": " (같은 오류가 {more}곳 더 있음)"},
    "mutant.first": {
        "en": "{count} bugs together explain your network's numbers exactly. The first: it is like the reference "
        "{change}",
        "ko": "오류 {count}개가 합쳐져 출력이 달라진 것으로 정확히 확인되었습니다. 첫 번째: {change}",
    },
    "mutant.next": {
        "en": "bug {number} of {count}: it is also like the reference {change}",
        "ko": "오류 {count}개 중 {number}번째: {change}",
    },
    "mutant.dropped": {"en": "without the {layer} {after}", "ko": "{after}의 {layer} 빼기"},
    "mutant.added": {"en": "with {layer} added {after}", "ko": "{after}에 {layer} 넣기"},
    "mutant.replaced": {
        "en": "with {layer} instead of {other} {at}",
        "ko": "{at}에 {other} 대신 {layer} 쓰기",
    },
    "mutant.attribute": {
        "en": "with {attribute} {actual} instead of {expected}{also} {at}",
        "ko": "{at}의 {attribute} 값 {expected} 대신 {actual}{also} 쓰기",
    },
    "mutant.also": {
        "en": " and {attribute} {actual} instead of {expected}",
        "ko": ", {attribute} 값 {expected} 대신 {actual}",
    },
    "mutant.moved": {
        "en": "with the {layer} moved in front of the {other} {at}",
        "ko": "{at}의 {layer} 순서를 {other} 앞으로 옮기기",
    },
    "mutant.shared": {
        "en": "with the weights of {neighbour} used again {at}: one module is used twice where two belong",
        "ko": "{at}에서 {neighbour} 가중치를 다시 쓰기(서로 다른 모듈 두 개여야 하는데 하나를 두 번 사용)",
    },
    "mutant.shared_twice": {
        "en": "with one module used twice {at}, where two with weights of their own belong",
        "ko": "{at}에서 모듈 하나를 두 번 쓰기(각자 가중치가 있는 서로 다른 모듈 두 개여야 합니다)",
    },
    "mutant.flipped": {
        "en": "with the kernel turned round by 180 degrees {at}",
        "ko": "{at}의 커널을 180도 돌려서 쓰기",
    },
    "mutant.transposed": {
        "en": "with height and width of the kernel exchanged {at}",
        "ko": "{at}의 커널에서 높이와 너비를 서로 바꾸기",
    },
    "mutant.stride_moved": {
        "en": "with the stride {at} moved to {neighbour}",
        "ko": "{at}의 스트라이드 옮기기(옮긴 곳: {neighbour})",
    },
    "mutant.batch_statistics": {
        "en": "with the batch's statistics {at} in eval mode, where the running ones belong",
        "ko": "{at}에서 평가 모드인데도 이동 통계량 대신 배치의 통계량 쓰기",
    },
    "mutant.dropout_active": {
        "en": "with dropout {at} that still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{at}의 드롭아웃을 평가 모드에서도 적용하기(드롭아웃은 학습할 때만 쓰입니다)",
    },
    "mutant.dropout_added_active": {
        "en": "with dropout {after} that still drops numbers in eval mode; dropout belongs to training only",
        "ko": "{after}에 평가 모드에서도 적용되는 드롭아웃 넣기(드롭아웃은 학습할 때만 쓰입니다)",
    },
    "mutant.added_twice": {
        "en": "with one of the two inputs counted twice {at}",
        "ko": "{at}의 덧셈에서 두 입력 중 하나를 두 번 더하기",
    },
    "mutant.block_dropped": {
        "en": "without the layers whose output is joined to their own input {after}: a block is missing, or what it "
        "computes is not used",
        "ko": "{after}에서 자기 입력과 합쳐지는 갈래의 층들 빼기(블록이 하나 빠졌거나 계산한 값을 쓰지 않음)",
    },
    "mutant.no_projection": {
        "en": "without the convolution in the shortcut {at}: the input itself is added",
        "ko": "{at}의 지름길(shortcut)에서 합성곱을 빼고 입력을 그대로 더하기",
    },
    "mutant.cat_order": {
        "en": "with the inputs of the concatenation {at} in the order {actual}",
        "ko": "{at}에서 이어 붙이는 순서를 {actual} 순으로 바꾸기",
    },
    "mutant.branch_missing": {
        "en": "without input no. {actual} of the concatenation {at}",
        "ko": "{at}에서 이어 붙이는 입력 중 {actual}번째 빼기",
    },
    "mutant.flatten_order": {
        "en": "with the features {at} in the order {actual}, where the reference has channels, height, width",
        "ko": "{at}에서 펼치는 축의 순서를 channels, height, width 대신 {actual} 순으로 하기",
    },
}
