from __future__ import annotations

import pytest
from textblob.base import BaseSentimentAnalyzer

from sentiment.analyzers import SwedishAnalyzer, tone_of
from sentiment.blob import Blobber, SwedishBlobAnalyzer

TEXT = "Tack för snabb hjälp! Det blev inte alls dåligt, kl. 10 var allt klart."


def test_it_is_an_analyzer_of_textblobs_kind() -> None:
    assert isinstance(SwedishBlobAnalyzer(), BaseSentimentAnalyzer)


def test_every_door_answers_in_swedish() -> None:
    blob = Blobber("microblog")(TEXT)
    ours = SwedishAnalyzer().tone(TEXT, "microblog")
    assert blob.sentiment.polarity == blob.polarity == ours.polarity > 0
    assert blob.sentiment.subjectivity == blob.subjectivity > 0


def test_swedish_words_are_not_read_as_english() -> None:
    # "bad" is a bath and "fast" is firm: TextBlob as it comes would hear an English judgement
    assert Blobber()("ett bad i en fast sjö").polarity == pytest.approx(
        Blobber()("en lampa i en stor sal").polarity, abs=0.05
    )


def test_words_and_sentences_need_no_corpora() -> None:
    blob = Blobber()(TEXT + " 😀")
    assert list(blob.words)[:4] == ["Tack", "för", "snabb", "hjälp"]
    assert [str(sentence) for sentence in blob.sentences][:2] == [
        "Tack för snabb hjälp!",
        "Det blev inte alls dåligt, kl. 10 var allt klart.",
    ]
    assert blob.sentences[0].polarity == Blobber()("Tack för snabb hjälp!").polarity


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The staff were wonderful and the food was great", "positive"),
        ("The playground is disgusting and awful", "negative"),
        ("The bus leaves at ten", "neutral"),
        ("Thank you for helping my daughter!", "positive"),
        ("We know where you live, watch your back", "negative"),
    ],
)
def test_english(text: str, label: str) -> None:
    tone = tone_of(text, "en")
    assert tone.label == label
    assert tone.polarity == pytest.approx(max(-1, min(1, sum(part.value for part in tone.parts))))
