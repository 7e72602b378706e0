"""What happens by chance when a switch says so: without a seed never the same, with one the same every time.

Each kind of event has a stream of its own, so that switching one on does not change the others.
"""

from dataclasses import dataclass, field
from random import Random, SystemRandom


@dataclass(slots=True)
class Chance:
    """Streams of chance by kind. A seed of 0 is none."""

    seed: int = 0
    _streams: dict[str, Random] = field(default_factory=dict)

    def happens(self, kind: str, probability: float) -> bool:
        """Whether an event of this probability happens this time."""
        return self._stream(kind).random() < probability

    def part_of(self, kind: str, whole: float) -> float:
        """A random part of something."""
        return self._stream(kind).uniform(0, whole)

    def _stream(self, kind: str) -> Random:
        if kind not in self._streams:
            self._streams[kind] = Random(f"{self.seed} {kind}") if self.seed else SystemRandom()  # noqa: S311
        return self._streams[kind]
