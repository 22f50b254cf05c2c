"""How tightly each kind of node binds: a node goes in parentheses where something tighter is needed."""

from enum import IntEnum


class Level(IntEnum):
    """From what holds its parts together least to what needs no parentheses anywhere."""

    CONDITIONAL = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    REMAINDER = 5
    SUM = 6
    BIG_OPERATOR = 7
    PRODUCT = 8
    SIGN = 9
    POWER = 10
    ATOM = 11
