"""Starts a demo from nothing and measures in it: `bench.inside.delay`."""

import os

from tests.running_demo import running_demo

from bench.figures import Figure, hand_over, say

if __name__ == "__main__":
    say("delay: starting a demo from nothing")
    with running_demo() as demo:
        os.environ["LOCKSTEP_HOME"] = str(demo.home)
        os.environ.pop("DATABASE_URL", None)
        from lockstep.cli.database import with_django

        with with_django():
            from bench.inside import delay

            hand_over([Figure("demo.ready_seconds", round(demo.seconds_to_ready, 2), "s", 1), *delay.run(demo)])
