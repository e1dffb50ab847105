"""Text in, numbers and spans out: the understanding of Swedish (and, measured, English) tone and cues.

Imports nothing of ours. Offsets count characters of the text that was given.
"""

from sentiment.types import Part, Span, Tone, ToneLabel

__all__ = ["Part", "Span", "Tone", "ToneLabel"]
