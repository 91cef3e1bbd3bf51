"""The reading of a message as a spaCy pipeline, so that its parts can be swapped by name.

    nlp = reading_pipeline()
    doc = nlp("天河路123号昨晚停水")
    [(ent.text, ent.label_) for ent in doc.ents]; doc._.facts.district

Two parts are registered with spaCy: the tokenizer `suisheng.words` (jieba with the city's
dictionary) and the component `suisheng_facts` (`nlu.extract`). A trained component is added with
`nlp.add_pipe` before or after it; `doc.ents` it has set are kept where they do not overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans, registry

from nlu.extract import extract
from nlu.segment import Segmenter, default_segmenter

if not Doc.has_extension("facts"):
    Doc.set_extension("facts", default=None)


class WordTokenizer:
    """Cuts a text into spaCy tokens along the words of a segmenter."""

    def __init__(self, nlp: Language, segmenter: Segmenter) -> None:
        """Take the pipeline's vocabulary and the segmenter."""
        self.vocab = nlp.vocab
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        """Return the tokens; blanks between words stay, so that offsets are those of the text."""
        words: list[str] = []
        spaces: list[bool] = []
        position = 0
        for word in self.segmenter.words(text):
            start = text.index(word, position)
            gap = text[position:start]
            if gap.startswith(" ") and spaces:
                spaces[-1], gap = True, gap[1:]
            if gap:
                words.append(gap)
                spaces.append(False)
            words.append(word)
            spaces.append(False)
            position = start + len(word)
        if text[position:]:
            words.append(text[position:])
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@registry.tokenizers("suisheng.words")  # type: ignore[untyped-decorator,unused-ignore]
def _create_tokenizer() -> Callable[[Language], WordTokenizer]:
    return lambda nlp: WordTokenizer(nlp, default_segmenter())


@Language.component("suisheng_facts")  # type: ignore[untyped-decorator,unused-ignore]
def _facts(doc: Doc) -> Doc:
    facts = extract(doc.text)
    found = [
        doc.char_span(span.start, span.end, label=span.kind, alignment_mode="expand")
        for span in facts.spans
    ]
    doc.ents = filter_spans([*(span for span in found if span is not None), *doc.ents])
    doc._.facts = facts
    return doc


@cache
def reading_pipeline() -> Any:
    """Return the shared pipeline: words, then facts; `doc._.facts` is an `Extraction`."""
    config = {"nlp": {"tokenizer": {"@tokenizers": "suisheng.words"}}}
    nlp = spacy.blank("zh", config=config)
    nlp.add_pipe("suisheng_facts")
    return nlp
