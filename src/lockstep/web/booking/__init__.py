"""The client's pages: one question a screen, the answers in the address, the time held while they type.

Views read the request, call one operation, and answer. What may be booked is decided by the operations.
"""
