"""Snapshots of the official accounts' start pages at each half-year, for the archive (the policy, page 6).

values   what is said of a snapshot and of a delivery
dates    which half-year it is time for
walls    whether a page is the account's or a login before it
door     the browser's only way out, behind the guard
browser  Chromium as a process that is spoken to, and ended whole
shoot    one page as a PDF
archive  the PDF as PDF/A, by Ghostscript
stored   the files, each under its checksum
letter   the mail that asks for a picture taken by hand
upload   a picture taken by hand
package  what is delivered to the archive
phase    run(app): takes those that are due
"""
