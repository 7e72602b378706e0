"""Rate limits in sliding windows of a minute.

Source: the quota guides. With delegation the service account is the charged user, unless `quotaUser` or
`x-goog-quota-user` names another; a patch of an event costs three units.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=1)


@dataclass(slots=True)
class Quotas:
    """What was spent in the last minute, by key."""

    _spent: defaultdict[tuple[str, str], deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def spend(self, api: str, who: str, units: int, limit: int, now: datetime) -> bool:
        """Count `units` and say whether they fit below the limit; what does not fit is not counted."""
        window = self._spent[api, who]
        while window and window[0] <= now - _WINDOW:
            window.popleft()
        if len(window) + units > limit:
            return False
        window.extend([now] * units)
        return True
