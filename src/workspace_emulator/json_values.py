"""The type of JSON objects as Google's APIs carry them."""

from typing import Any

Json = dict[str, Any]
"""A JSON object. Its values stay `Any`: what is allowed in them is checked where they enter."""
