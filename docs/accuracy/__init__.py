"""Measures the worst error of every elementwise function, and writes the table of `accuracy.md`."""
