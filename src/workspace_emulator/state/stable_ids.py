"""Ids that are the same for the same parts, so that a seed gives the same ids everywhere."""

from hashlib import sha256


def stable_id(*parts: str, digits: int = 20) -> str:
    """A numeric id, a digit longer than `digits`."""
    return "1" + str(int(sha256("\0".join(parts).encode()).hexdigest(), 16))[-digits:]
