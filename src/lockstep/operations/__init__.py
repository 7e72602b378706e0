"""USE CASES, one function each: what a page, a job or a command asks of Lockstep.

May import `store`, `scheduling`, `sync` and `calendar`. Google and mail are reached through ports that the caller
passes in (`lockstep.wiring` chooses them). The clock is an argument.
"""
