"""Figures and documents for people: rows from the read side become frames, frames become charts and tables.

periods   pure: weeks, months and quarters of local days, with their Swedish names
frames    pandas, pure: rows -> a table without gaps; medians; shares
charts    Altair: a frame -> SVG or PNG that needs nothing from anywhere else
blocks    what a document is made of, for page and print alike
document  Typst: a template and data -> PDF
"""
