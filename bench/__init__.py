"""What Lockstep's speed is, measured: `make bench` prints a table and writes build/bench.json."""
