"""Figures for people: rows from the read side become frames, frames become charts and tables.

frames   pandas, pure: rows -> a table of day by tone, without gaps
charts   Altair: a frame -> SVG that needs nothing from anywhere else
"""
