"""Text in, numbers and spans out: the understanding of Swedish (and, measured, English) tone and cues.

tokens → lexicon, marks (what evaluates) → shifts (what the words around make of it) → evidence → analyzers (Tone);
fold → cues (named lists, found with their places); language; blob (TextBlob's interface); fit, evaluate (figures).
Imports nothing of ours. Offsets count characters of the text that was given.
"""

from sentiment.types import Part, Span, Tone, ToneLabel

__all__ = ["Part", "Span", "Tone", "ToneLabel"]
