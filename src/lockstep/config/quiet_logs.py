"""Keeps secrets out of logs: the signed link in a client's e-mail is a key, and Django logs the path of what fails."""

from __future__ import annotations

import logging
import re

_KEYS = re.compile(r"(/appointment/)[^/\s]+")


class WithoutKeys(logging.Filter):
    """Blanks the keys in whatever is logged, arguments and tracebacks' messages included."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _KEYS.search(message):
            record.msg, record.args = _KEYS.sub(r"\1…", message), None
        return True
