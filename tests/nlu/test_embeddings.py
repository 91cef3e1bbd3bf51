"""The shipped sentence vectors, and any other model by path."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from nlu.embeddings import NgramEmbedder, load_embedder
from nlu.folding import fold
from nlu.model_folder import ModelError
from nlu.ngrams import all_keys


def test_vectors_have_length_one_and_the_promised_size() -> None:
    embedder = load_embedder()
    vectors = embedder.encode(["居住证怎么办", "路灯不亮", "A" * 3000])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_like_questions_are_nearer_than_unlike_ones() -> None:
    a, b, c = load_embedder().encode(["居住证怎么办理", "怎么办居住证", "公园的树倒了"])
    assert a @ b > 0.7
    assert a @ b > a @ c + 0.4


def test_script_and_width_do_not_matter() -> None:
    a, b = load_embedder().encode(["停车场收费ABC", "停車場收費ａｂｃ"])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_text_without_a_known_part_is_zero_not_nan() -> None:
    vectors = load_embedder().encode(["", "   "])
    assert np.array_equal(vectors, np.zeros_like(vectors))


def test_a_shorter_vector_is_the_beginning_of_the_long_one() -> None:
    embedder = load_embedder()
    assert isinstance(embedder, NgramEmbedder)
    long, short = embedder.encode(["水费太贵"]), embedder.encode(["水费太贵"], size=64)
    assert short.shape == (1, 64)
    np.testing.assert_allclose(np.linalg.norm(short), 1, atol=1e-5)
    np.testing.assert_allclose(short[0] / short[0, 0], long[0, :64] / long[0, 0], rtol=1e-3)


def test_the_shipped_model_needs_no_torch() -> None:
    code = "import sys, nlu.embeddings as e; e.load_embedder(); print('torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_a_damaged_model_is_refused(tmp_path) -> None:
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(ModelError, match="missing"):
        load_embedder(str(tmp_path))


def test_the_vector_of_a_text_is_the_sum_of_those_of_its_parts() -> None:
    embedder = load_embedder()
    assert isinstance(embedder, NgramEmbedder)
    batch = fold(["路灯不亮"])
    keys, _ = all_keys(*batch.arrays)
    known, vectors = embedder.parts(keys)
    assert 0 < len(known) <= len(keys)
    total = vectors.sum(axis=0)
    np.testing.assert_allclose(
        total / np.linalg.norm(total), embedder.encode(["路灯不亮"])[0], atol=1e-5
    )
