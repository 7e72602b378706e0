"""The clock as an argument: what runs for a while asks it again."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Gives the aware UTC instant of now."""
