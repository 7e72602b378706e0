"""Text that may stand in a header: nothing that a client or an admin typed can start a header of its own."""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` with every run of white space or control characters made one space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
