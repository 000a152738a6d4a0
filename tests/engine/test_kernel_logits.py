"""From logits to candidates: Triton's kernels against the eager rules."""

from __future__ import annotations

import pytest
import torch
import triton_device
from hypothesis import given, settings
from hypothesis import strategies as st
from triton_device import DEVICE, DTYPES

from summarize.engine.kernels import logits as fused
from summarize.engine.kernels.logits import Bans, History
from summarize.engine.rules import Rows, Rules
from summarize.options import SearchOptions

pytestmark = triton_device.MARKS

EOS = (2,)
WORDS = ((3,), (4, 5), (6, 4, 2), (5, 5))


def some(
    rows: int, vocabulary: int, dtype: torch.dtype, *, seed: int = 0, spare: int = 0
) -> torch.Tensor:
    """Logits, as a product with a head of `spare` more rows than the vocabulary gives them."""
    generator = torch.Generator().manual_seed(seed)
    wide = 3 * torch.randn(rows, vocabulary + spare, generator=generator)
    return wide.to(DEVICE, dtype)[:, :vocabulary]


def best(scores: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The best, ties by the lowest id."""
    values, ids = scores.sort(dim=-1, descending=True, stable=True)
    return values[:, :count], ids[:, :count]


def freely(
    logits: torch.Tensor, count: int, *, normalize: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """The candidates of rows without rules."""
    rows = len(logits)
    none = torch.zeros(rows, dtype=torch.long, device=DEVICE)
    history = History(none[:, None, None].repeat(1, 1, 4), none, none, none + 9, 1)
    return fused.candidates(logits, history, Bans.make((), (), DEVICE), count, normalize=normalize)


# -- the best -------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("vocabulary", "spare"), [(1, 0), (1000, 0), (5003, 5), (9001, 0)])
def test_log_probabilities(dtype: torch.dtype, vocabulary: int, spare: int) -> None:
    logits = some(3, vocabulary, dtype, spare=spare)
    values, _ = freely(logits, 1, normalize=True)
    wanted = logits.float().log_softmax(-1).amax(-1, keepdim=True)
    torch.testing.assert_close(values, wanted, rtol=1e-6, atol=1e-6)


def test_log_probabilities_of_what_is_not_finite() -> None:
    logits = some(3, 300, torch.float32)
    logits[0] = -torch.inf
    logits[0, 7] = 1.0
    logits[1, 299] = torch.nan
    logits[2, :200] = -torch.inf
    wanted = logits[2].log_softmax(-1).amax()
    values, ids = freely(logits, 1, normalize=True)
    assert (values[0].item(), ids[0].item()) == (0.0, 7)
    assert values[1].isnan()
    torch.testing.assert_close(values[2, 0], wanted)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    rows=st.integers(1, 3),
    vocabulary=st.integers(1, 3000),
    count=st.integers(1, 12),
    dtype=st.sampled_from(DTYPES),
    seed=st.integers(0, 99),
    tied=st.booleans(),
    empty=st.integers(0, 3000),
)
def test_the_best_candidates(
    rows: int, vocabulary: int, count: int, dtype: torch.dtype, seed: int, tied: bool, empty: int
) -> None:
    logits, count = some(rows, vocabulary, dtype, seed=seed, spare=3), min(count, vocabulary)
    if tied:
        logits = logits.round()
    logits[:, : min(empty, vocabulary - 1)] = -torch.inf
    values, ids = freely(logits, count)
    assert all(len(set(row)) == count for row in ids.tolist())
    wanted, where = best(logits.float(), count)
    assert torch.equal(values, wanted)
    assert torch.equal(ids, where)


def test_the_most_candidates() -> None:
    logits = some(1, 20_000, torch.float32)
    values, ids = freely(logits.clone(), fused.MOST, normalize=True)
    wanted, where = best(logits.log_softmax(-1), fused.MOST)
    torch.testing.assert_close(values, wanted)
    assert torch.equal(ids, where)


def test_nan_shows_in_its_own_row() -> None:
    logits = some(2, 700, torch.float32)
    logits[1, 650] = torch.nan
    values, ids = freely(logits, 3)
    assert torch.equal(values[0], best(logits, 3)[0][0])
    assert values[1].isnan().all()
    assert ids.max() < 700


# -- under the rules ------------------------------------------------------------------


def under_rules(
    logits: torch.Tensor,
    slots: int,
    steps: list[int],
    options: SearchOptions,
    *,
    count: int,
    normalize: bool,
    seed: int = 0,
    small: int = 12,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Values and ids, the twin's, and the twin's scores of all ids."""
    generator = torch.Generator().manual_seed(seed)
    rows, vocabulary = len(logits) // slots, logits.shape[1]
    ids = torch.randint(0, min(small, vocabulary), (slots, rows, 25), generator=generator)
    ids = ids.to(DEVICE)
    written = torch.tensor(steps, device=DEVICE)
    least = torch.tensor([4, 9, 0][:slots], device=DEVICE)
    most = torch.tensor([20, 12, 20][:slots], device=DEVICE)
    length = max(steps) + 1
    rules = Rules.make(options, EOS, vocabulary, DEVICE)
    each = [x.repeat_interleave(rows) for x in (written, least, most)]
    seen = Rows(ids[:, :, :length].flatten(0, 1), *each)
    twin = rules.candidates(logits.clone(), seen, count, normalize=normalize)
    scores = logits.to(torch.float32, copy=True)
    scores = scores.log_softmax(-1) if normalize else scores
    rules._penalize(scores, seen.ids, seen.written)
    rules._ban(scores, seen)
    found = fused.candidates(
        logits,
        History(ids, written, least, most, length),
        Bans.make(EOS, options.bad_words_ids, DEVICE),
        count,
        normalize=normalize,
        penalty=options.repetition_penalty,
        ngram=options.no_repeat_ngram_size,
        forced_first=options.forced_bos_token_id,
        forced_last=options.forced_eos_token_id,
    )
    return *found, *twin, scores


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    steps=st.lists(st.integers(0, 19), min_size=1, max_size=3),
    rows=st.integers(1, 3),
    vocabulary=st.integers(13, 700),
    count=st.integers(1, 10),
    dtype=st.sampled_from(DTYPES),
    size=st.integers(0, 4),
    penalty=st.sampled_from([1.0, 0.7, 1.9]),
    words=st.booleans(),
    normalize=st.booleans(),
    seed=st.integers(0, 99),
)
def test_candidates_are_the_rules_candidates(
    steps: list[int],
    rows: int,
    vocabulary: int,
    count: int,
    dtype: torch.dtype,
    size: int,
    penalty: float,
    words: bool,
    normalize: bool,
    seed: int,
) -> None:
    logits = some(len(steps) * rows, vocabulary, dtype, seed=seed, spare=3)
    options = SearchOptions(
        max_new_tokens=20, no_repeat_ngram_size=size, repetition_penalty=penalty,
        bad_words_ids=WORDS if words else (),
    )  # fmt: skip
    values, ids, wanted, _, scores = under_rules(
        logits, len(steps), steps, options, count=count, normalize=normalize, seed=seed
    )
    torch.testing.assert_close(values, wanted, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(scores.gather(1, ids), wanted, rtol=1e-5, atol=1e-5)
    assert all(len(set(row)) == count for row in ids.tolist())


@pytest.mark.parametrize("normalize", [True, False])
def test_forced_ids(normalize: bool) -> None:
    options = SearchOptions(max_new_tokens=20, forced_bos_token_id=5, forced_eos_token_id=2)
    logits = some(6, 200, torch.float32)
    values, ids, wanted, where, _ = under_rules(
        logits, 3, [0, 11, 7], options, count=4, normalize=normalize
    )
    torch.testing.assert_close(values, wanted)
    assert torch.equal(ids, where)
    assert ids[:4, 0].tolist() == [5, 5, 2, 2]


def test_a_row_that_is_banned_throughout_still_gives_ids() -> None:
    logits = some(1, 20, torch.float32)
    options = SearchOptions(max_new_tokens=20, bad_words_ids=tuple((i,) for i in range(20)))
    values, ids, *_ = under_rules(logits, 1, [3], options, count=6, normalize=True)
    assert values.isinf().all()
    assert len(set(ids[0].tolist())) == 6


@pytest.mark.parametrize("place", [3, 150])
def test_nan_is_seen_through_the_rules(place: int) -> None:
    """Also where a rule takes its logit out."""
    logits = some(2, 200, torch.float32)
    logits[1, place] = torch.nan
    options = SearchOptions(max_new_tokens=20, bad_words_ids=WORDS)
    values, *_ = under_rules(logits, 1, [3], options, count=4, normalize=False)
    assert values[0].isfinite().all()
    assert values[1].isnan().all()


def test_long_histories() -> None:
    logits = some(2, 400, torch.float32)
    options = SearchOptions(max_new_tokens=20, repetition_penalty=1.4, no_repeat_ngram_size=1)
    values, ids, wanted, where, _ = under_rules(
        logits, 1, [24], options, count=8, normalize=True, small=300
    )
    torch.testing.assert_close(values, wanted)
    assert torch.equal(ids, where)
