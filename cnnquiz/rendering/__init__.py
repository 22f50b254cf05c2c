"""Worksheets and reports go in; pages for people come out: HTML, Markdown, plain text, a terminal."""
