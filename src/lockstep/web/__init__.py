"""PAGES for people and machines: the client's booking, the staff's desk, the admin's settings, Google's push.

Views read the request, call one operation, and answer; rules live below.
"""
