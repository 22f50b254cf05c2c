"""The words of our own on worksheets, keys and reports, in each language."""

from collections.abc import Mapping
from fractions import Fraction

from cnnquiz.bank.text import Language

Words = Mapping[str, str]

WORKSHEET: Mapping[Language, Words] = {
    "en": {
        "name": "Name",
        "student_number": "Student number",
        "date": "Date",
        "one_problem": "1 problem",
        "problems": "{} problems",
        "one_point": "1 point",
        "points": "{} points",
        "seed": "Seed",
        "version": "Version",
        "problem": "Problem",
        "convention": "Convention",
        "choice": "Choose one.",
        "choices": "Mark all that are right.",
        "order": "Write the letters in their order.",
        "match": "Write a letter for each number.",
        "table": "Fill in the blanks.",
        "listing": "Which line is wrong, and what does it do?",
        "line": "Line",
        "effect": "Effect",
        "also": "Also right",
        "mended": "The line as it should be",
        "worth": "worth {}",
        "answer": "Answer",
        "key": "Answer key",
        "at_a_glance": "All answers",
        "right_answer": "Answer",
        "solution": "Worked solution",
        "mistakes": "Common mistakes",
        "wrong_answer": "Wrong answer",
        "feedback": "What the student did",
        "hint": "Hint",
        "source": "Source",
    },
    "ko": {
        "name": "이름",
        "student_number": "학번",
        "date": "날짜",
        "one_problem": "1문항",
        "problems": "{}문항",
        "one_point": "1점",
        "points": "{}점",
        "seed": "시드",
        "version": "버전",
        "problem": "문제",
        "convention": "기준",
        "choice": "알맞은 것을 하나 고르시오.",
        "choices": "알맞은 것을 모두 고르시오.",
        "order": "기호를 순서대로 쓰시오.",
        "match": "번호마다 알맞은 기호를 쓰시오.",
        "table": "빈칸을 채우시오.",
        "listing": "잘못된 줄의 번호를 쓰고, 그 결과를 고르시오.",
        "line": "줄 번호",
        "effect": "결과",
        "also": "이것도 정답",
        "mended": "바르게 고친 줄",
        "worth": "{} 인정",
        "answer": "답",
        "key": "정답과 풀이",
        "at_a_glance": "정답 한눈에 보기",
        "right_answer": "정답",
        "solution": "풀이",
        "mistakes": "자주 하는 실수",
        "wrong_answer": "오답",
        "feedback": "틀린 까닭",
        "hint": "힌트",
        "source": "출처",
    },
}

REPORT: Mapping[Language, Words] = {
    "en": {
        "pass": "passed",
        "fail": "not passed",
        "crash": "stopped by an error",
        "timeout": "took too long",
        "memory": "used too much memory",
        "rejected": "could not be accepted",
        "error": "could not be graded",
        "not_your_fault": "This is no fault of your submission, and it costs no points.",
        "points": "{} of {} points",
        "advisory": "advisory",
        "not_judged": "not judged",
        "expected": "expected",
        "actual": "actual",
        "diagnosis": "What is different",
        "exact": "exact",
        "structural": "judged by structure",
        "crashed": "Where your program stopped",
        "frame": "{}, line {}, in {}",
        "printed": "What your program printed",
        "isolation": "Isolation",
        "enforced": "enforced",
        "missing": "not enforced",
    },
    "ko": {
        "pass": "통과",
        "fail": "통과하지 못함",
        "crash": "오류로 중단됨",
        "timeout": "시간 초과",
        "memory": "메모리 초과",
        "rejected": "받을 수 없는 제출물",
        "error": "채점하지 못함",
        "not_your_fault": "제출물의 잘못이 아니므로 감점되지 않습니다.",
        "points": "{1}점 만점에 {0}점",
        "advisory": "참고용",
        "not_judged": "판정하지 못함",
        "expected": "기댓값",
        "actual": "실제 값",
        "diagnosis": "다른 점",
        "exact": "확실함",
        "structural": "구조를 비교해 판단함",
        "crashed": "프로그램이 멈춘 곳",
        "frame": "{} {}번째 줄, {}",
        "printed": "프로그램이 출력한 내용",
        "isolation": "격리",
        "enforced": "막는 것",
        "missing": "막지 못하는 것",
    },
}

# The sandbox describes its isolation in English.
ISOLATION_KO: Words = {
    "bubblewrap": "강함(bubblewrap, Landlock, seccomp)",
    "landlock": "강함(Landlock, seccomp)",
    "seccomp": "제한적(seccomp)",
    "basic": "기본(별도 프로세스)",
    "reading files": "파일 읽기",
    "writing files": "파일 쓰기",
    "network": "네트워크",
    "processes": "프로세스 생성",
    "signals": "시그널",
    "memory": "메모리 초과",
    "memory of one process": "프로세스 하나의 메모리 초과",
    "time": "시간 초과",
    "a submission can ask whether a path that it knows exists": "이미 아는 경로가 존재하는지 확인하는 것",
    "a submission can read every file that you can read, also your solutions": (
        "채점자가 읽을 수 있는 모든 파일(모범 답안 포함) 읽기"
    ),
}


def credit(words: Words, points: Fraction) -> str | None:
    """What a mistake is worth, such as "worth 1/2 points"; None where it is worth nothing."""
    return words["worth"].format(words["points"].format(points)) if points else None


def counted(words: Words, noun: str, count: int) -> str:
    """Such as "1 point" or "7 points": `noun` is the plural's key."""
    return words[f"one_{noun.removesuffix('s')}"] if count == 1 else words[noun].format(count)
