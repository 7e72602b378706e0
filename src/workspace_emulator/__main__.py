"""`python -m workspace_emulator`."""

import sys

from workspace_emulator.cli import main

sys.exit(main())
