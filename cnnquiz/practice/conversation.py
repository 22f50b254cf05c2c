"""A session, a screen and a way to read lines go in; the session is held, line by line."""

from collections.abc import Callable

from cnnquiz.practice.screen import Screen
from cnnquiz.practice.session import Session
from cnnquiz.practice.turn import Told


def converse(session: Session, screen: Screen, *, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Ask until the session is over, somebody quits, or `read` gives None, which is the end of the input."""
    if session.length == 0:
        write(screen.say("nothing_missed"))
        return
    while turn := session.ask():
        write(screen.problem(turn, session.length))
        while not turn.closed:
            line = read()
            if line is None:
                return
            reply = session.answer(line)
            turn = session.turn or turn
            write(screen.reply(turn, reply))
            if isinstance(reply, Told) and reply.what == "quit":
                return
    if session.length is None or len(session.results) < session.length:
        write(screen.say("nothing_left"))
