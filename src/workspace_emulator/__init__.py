"""A local Google Workspace: OAuth, Directory and Calendar over HTTP, for demonstrations and tests.

It shares nothing with Lockstep but the wire.
"""
