"""The interface for programs, /api/v1: what the pages show, as JSON, with the rights of the person whose key it is.

caller    whose key it is, what it is for, how often it may ask
route     what holds of every request before it is read: what is accepted, and how large
problems  what went wrong, by RFC 9457, in Swedish or English
models    what is answered, figures what of the watch itself; shapes makes it of what the views give
tags      ETag and If-Match; days, days in an address
entries, stories, cases, watch    the routes
document  OpenAPI of all of it
"""
