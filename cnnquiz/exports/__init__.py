"""Worksheets, reports and networks in the formats that other programs read."""
