"""What a command gives up on, as the sentence that the person at the terminal reads."""


class CommandFailed(Exception):
    """The message says what is wrong, with what, and what to do."""
