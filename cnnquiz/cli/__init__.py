"""The command line: each command parses, calls and prints, and imports what it runs when it runs."""
