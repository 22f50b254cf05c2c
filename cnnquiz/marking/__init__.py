"""What a student typed and its problem go in; a mark comes out.

Nothing that a student can type raises, and nothing is guessed: what has no reading, or two that would be marked
differently, is "not understood" and says what was expected. A mark is made of the problem and the typed text alone, so
that a problem whose key was amended is marked again by marking it again.
"""
