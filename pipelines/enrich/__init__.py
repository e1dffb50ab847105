"""Enrich: pure understanding of what was collected."""
