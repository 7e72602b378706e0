"""Measures the Workspace emulator: it must never be the bottleneck of the other benchmarks."""

from bench.figures import hand_over
from bench.inside import emulator

if __name__ == "__main__":
    hand_over(emulator.run())
