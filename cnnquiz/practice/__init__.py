"""Questions of the bank go in; a student tests herself, and what she is asked next depends on how she did.

An attempt is stored before its feedback is shown: whatever ends a session, nothing that was answered is lost.
"""
