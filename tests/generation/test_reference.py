from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tiny_models

from summarize.errors import (
    GenerationError,
    InputError,
    OptionError,
    UnsupportedModelError,
    WeightsError,
)
from summarize.generation.backend import Backend, Output
from summarize.generation.reference import WINDOW, ReferenceBackend
from summarize.options import SearchOptions

Build = Callable[..., Path]

GREEDY = SearchOptions(max_new_tokens=12)
BEAM = SearchOptions(max_new_tokens=12, num_beams=3)


def requests(backend: ReferenceBackend, count: int, *, seed: int = 0) -> list[list[int]]:
    """Random ids of unlike lengths, ending as the family's inputs end."""
    drawn = random.Random(seed)
    lengths = [drawn.randint(3, 40) for _ in range(count)]
    return [[drawn.randint(140, 400) for _ in range(length)] for length in lengths]


def direct(directory: Path, ids: list[int], options: SearchOptions) -> list[int]:
    """The slow twin: transformers' generate on one request, trimmed by hand."""
    import torch
    from transformers import (
        AutoConfig,
        AutoModelForCausalLM,
        AutoModelForSeq2SeqLM,
        GenerationConfig,
    )

    seq2seq = AutoConfig.from_pretrained(directory).is_encoder_decoder
    auto = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    model = auto.from_pretrained(directory, dtype=torch.float32).eval()
    own = model.generation_config
    names = ("bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id")
    special = {name: getattr(own, name) for name in names if getattr(own, name) is not None}
    model.generation_config = GenerationConfig(**special)
    out = model.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=options.max_new_tokens,
        num_beams=options.num_beams,
        do_sample=False,
    )[0].tolist()
    new = out[1:] if seq2seq else out[len(ids) :]
    eos = special["eos_token_id"]
    ends = [i for i, t in enumerate(new) if t in (eos if isinstance(eos, list) else [eos])]
    return new[: ends[0]] if ends else new


@pytest.mark.parametrize("family", tiny_models.FAMILIES)
def test_matches_generate_and_batching_changes_nothing(family: str, tiny_model: Build) -> None:
    directory = tiny_model(family, peaked=True)
    backend = ReferenceBackend.from_pretrained(directory, device="cpu", dtype="float32")
    assert isinstance(backend, Backend)
    inputs = requests(backend, 5)
    for options in (GREEDY, BEAM):
        together = list(backend.generate(inputs, options))
        alone = [next(backend.generate([ids], options)) for ids in inputs]
        assert together == alone
        assert list(together[2].ids) == direct(directory, inputs[2], options)
    assert any(output.ids for output in together)


@pytest.mark.parametrize("family", ["gemma3", "qwen3", "llama", "exaone4", "hunyuan"])
def test_a_shared_prefix_changes_nothing_and_is_computed_once(
    family: str, tiny_model: Build
) -> None:
    """Prompts like few-shot ones, longer than the tiny models' sliding windows."""
    directory = tiny_model(family, peaked=True)
    sharing = ReferenceBackend.from_pretrained(directory, "cpu", "float32", batch_rows=3)
    plain = ReferenceBackend(sharing._model, batch_rows=3, share_prefix=False)
    prefix = requests(sharing, 40, seed=5)[0][:2] + [150 + i for i in range(50)]
    inputs = [prefix + ids for ids in requests(sharing, 7)]
    inputs.append(prefix + [300] * 90)
    widths: list[int] = []

    def note(model: Any, args: tuple[Any, ...], words: dict[str, Any]) -> None:
        widths.append((args[0] if args else words["input_ids"]).shape[1])

    expected = list(plain.generate(inputs, GREEDY))
    hook = sharing._model.register_forward_pre_hook(note, with_kwargs=True)
    try:
        assert list(sharing.generate(inputs, GREEDY)) == expected
        assert widths.count(len(prefix)) == 1
        assert max(w for w in widths if w != len(prefix)) <= 90
        assert list(sharing.generate(inputs[:1], GREEDY)) == expected[:1]
        assert widths.count(len(prefix)) == 1
        other = requests(sharing, 4, seed=9)
        assert list(sharing.generate(other, GREEDY)) == list(plain.generate(other, GREEDY))
        assert list(sharing.generate(inputs, BEAM)) == list(plain.generate(inputs, BEAM))
    finally:
        hook.remove()


@pytest.fixture(scope="module")
def bart(tiny_model: Build) -> ReferenceBackend:
    directory = tiny_model("bart", peaked=True)
    return ReferenceBackend.from_pretrained(directory, "cpu", "float32")


@pytest.fixture(scope="module")
def qwen(tiny_model: Build) -> ReferenceBackend:
    directory = tiny_model("qwen3", peaked=True)
    return ReferenceBackend.from_pretrained(directory, "cpu", "float32")


def test_reads_a_bounded_window_and_keeps_the_order(bart: ReferenceBackend) -> None:
    read = 0

    def stream() -> Iterator[Sequence[int]]:
        nonlocal read
        for ids in requests(bart, WINDOW + 40) * 2:
            read += 1
            yield ids

    options = SearchOptions(max_new_tokens=2)
    outputs = bart.generate(stream(), options)
    first = next(outputs)
    assert read == WINDOW
    rest = list(outputs)
    assert len(rest) + 1 == 2 * (WINDOW + 40)
    assert [first, *rest][: WINDOW + 40] == [first, *rest][WINDOW + 40 :]


def test_small_batches_change_nothing(bart: ReferenceBackend) -> None:
    inputs = requests(bart, 9)
    small = ReferenceBackend(bart._model, batch_tokens=60)
    assert list(small.generate(inputs, BEAM)) == list(bart.generate(inputs, BEAM))


def test_checkpoint_defaults_do_not_leak(bart: ReferenceBackend) -> None:
    """The tiny BART's own config asks for 4 beams, min_length 56, forced BOS and EOS."""
    assert bart.defaults["min_length"] == 56
    output = next(bart.generate([[10, 11, 12]], SearchOptions(max_new_tokens=6)))
    assert len(output.ids) <= 6
    assert output.ids[0] != 0  # forced_bos_token_id is asked for by options only
    forced = next(bart.generate([[10, 11, 12]], SearchOptions(forced_bos_token_id=7)))
    assert forced.ids[0] == 7
    assert bart._model.generation_config.max_length is None


def test_any_of_several_eos_ids_stops_and_is_named(qwen: ReferenceBackend) -> None:
    ids = next(qwen.generate([[200, 201]], GREEDY)).ids
    stopped = next(qwen.generate([[200, 201]], GREEDY.updated(eos_token_id=(ids[3], ids[5]))))
    end = min(ids.index(ids[3]), ids.index(ids[5]))
    assert stopped.ids == ids[:end]
    assert stopped.stop == ids[end]
    assert next(qwen.generate([[200, 201]], GREEDY)).stop is None


def test_alternatives_are_the_other_beams(bart: ReferenceBackend) -> None:
    scored = ReferenceBackend(bart._model, scores=True)
    options = SearchOptions(max_new_tokens=8, num_beams=4, num_return_sequences=3)
    outputs = list(scored.generate([[200, 201, 202], [210, 211]], options))
    best = outputs[0]
    assert len(best.alternatives) == 2
    scores = [best.score, *(a.score for a in best.alternatives)]
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    plain = next(bart.generate([[200, 201, 202]], options))
    assert plain.ids == best.ids
    assert plain.score is None


def test_sampling_follows_its_seed_and_spares_the_global_one(qwen: ReferenceBackend) -> None:
    import torch

    options = SearchOptions(max_new_tokens=12, do_sample=True, temperature=5.0, seed=3)
    before = torch.random.get_rng_state()
    first, again = (list(qwen.generate([[200, 201]], options)) for _ in range(2))
    assert torch.equal(before, torch.random.get_rng_state())
    assert first == again
    assert first != list(qwen.generate([[200, 201]], options.updated(seed=4)))


def test_other_options_reach_generate(bart: ReferenceBackend) -> None:
    ids = next(bart.generate([[200, 201]], GREEDY)).ids
    banned = GREEDY.updated(other={"suppress_tokens": [ids[0]]})
    assert ids[0] not in next(bart.generate([[200, 201]], banned)).ids
    with pytest.raises(OptionError, match="suppress_tokens"):
        next(bart.generate([[200]], GREEDY.updated(other={"supress_tokens": [1]})))


def test_too_long_a_request_is_named_after_the_good_ones(bart: ReferenceBackend) -> None:
    outputs = bart.generate([[200, 201], [200] * 600], GREEDY)
    assert isinstance(next(outputs), Output)
    with pytest.raises(InputError, match="600 tokens is more than the model's 512 positions"):
        next(outputs)
    with pytest.raises(InputError, match="without tokens"):
        next(bart.generate([[]], GREEDY))
    with pytest.raises(OptionError, match="511"):
        next(bart.generate([[200]], SearchOptions(max_new_tokens=512)))


def test_a_causal_request_needs_room_for_its_output(qwen: ReferenceBackend) -> None:
    with pytest.raises(InputError, match="output"):
        next(qwen.generate([[200] * 8190], GREEDY))


class ForgetfulModel:
    """A model on a device with room for `room` rows at a time."""

    def __init__(self, model: Any, room: int) -> None:
        self._model, self._room = model, room
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def eval(self) -> ForgetfulModel:
        return self

    def generate(self, input_ids: Any, **words: Any) -> Any:
        import torch

        self.sizes.append(len(input_ids))
        if len(input_ids) > self._room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self._model.generate(input_ids, **words)


def test_out_of_memory_halves_the_batch_and_loses_nothing(bart: ReferenceBackend) -> None:
    inputs = requests(bart, 11)
    model = ForgetfulModel(bart._model, room=3)
    backend = ReferenceBackend(model)
    assert list(backend.generate(inputs, BEAM)) == list(bart.generate(inputs, BEAM))
    assert max(model.sizes) == 10  # 32 rows hold 10 requests of 3 beams
    with pytest.raises(GenerationError, match="too little memory for one request"):
        list(ReferenceBackend(ForgetfulModel(bart._model, room=0)).generate(inputs, BEAM))


@pytest.mark.parametrize("family", ["t5", "llama"])
@pytest.mark.parametrize("options", [GREEDY, BEAM], ids=["greedy", "beam"])
def test_nan_logits_are_an_error(family: str, options: SearchOptions, tiny_model: Build) -> None:
    import torch

    backend = ReferenceBackend.from_pretrained(tiny_model(family), "cpu", "float32")
    with torch.no_grad():
        backend._model.get_output_embeddings().weight[5] = float("nan")
    with pytest.raises(GenerationError, match="NaN"):
        next(backend.generate([[200, 201]], options))


def test_a_failure_inside_the_model_is_a_generation_error(bart: ReferenceBackend) -> None:
    with pytest.raises(GenerationError, match="generation failed for 1 requests"):
        next(bart.generate([[10_000_000]], GREEDY))


def test_nothing_is_written_to_stderr(tiny_model: Build, capfd: Any) -> None:
    capfd.readouterr()
    for family in ("bart", "led", "marian", "gemma3-chat"):
        directory = tiny_model(family)
        capfd.readouterr()
        backend = ReferenceBackend.from_pretrained(directory, "cpu", "float32")
        list(backend.generate([[200, 201], [202]], BEAM))
        captured = capfd.readouterr()
        assert captured.err == ""
        assert captured.out == ""


def test_a_closed_backend_says_so(tiny_model: Build) -> None:
    backend = ReferenceBackend.from_pretrained(tiny_model("t5"), "cpu", "float32")
    backend.close()
    backend.close()
    with pytest.raises(GenerationError, match="closed"):
        next(backend.generate([[200]], GREEDY))


# -- loading --------------------------------------------------------------------------


@pytest.fixture
def copy(tiny_model: Build, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(tiny_model("t5"), tmp_path / "copy"))


def load(directory: Path) -> ReferenceBackend:
    return ReferenceBackend.from_pretrained(directory, "cpu", "float32")


def edit_config(directory: Path, **changes: Any) -> None:
    import json

    path = directory / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_pickle_only_is_refused(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=r"pickled ones .* not loaded"):
        load(copy)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_layers": 3}, "lacks weights"),
        ({"num_layers": 1}, "no place for"),
        ({"d_ff": 56}, "cannot be loaded|another shape"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    copy: Path, changes: dict[str, int], message: str
) -> None:
    edit_config(copy, **changes)
    with pytest.raises(WeightsError, match=message):
        load(copy)


def test_a_spare_head_is_passed_over_and_said(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    weights["classification_head.dense.weight"] = weights["shared.weight"][:4].clone()
    save_file(weights, copy / "model.safetensors", {"format": "pt"})
    load(copy).close()
    assert "classification_head.dense.weight" in caplog.text


def test_truncated_weights_are_refused(copy: Path) -> None:
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load(copy)


def test_not_a_language_model_is_refused(copy: Path) -> None:
    edit_config(copy, model_type="vit", is_encoder_decoder=False)
    with pytest.raises(UnsupportedModelError, match="vit"):
        load(copy)
    edit_config(copy, model_type="no-such-type")
    with pytest.raises(UnsupportedModelError):
        load(copy)
    (copy / "config.json").unlink()
    with pytest.raises(WeightsError, match=r"no config\.json"):
        load(copy)


def test_unknown_device_and_dtype_list_the_known_ones(copy: Path) -> None:
    with pytest.raises(OptionError, match=r"unknown device 'tpu'.*cpu"):
        ReferenceBackend.from_pretrained(copy, device="tpu")
    with pytest.raises(OptionError, match=r"unknown dtype 'int3'.*bfloat16"):
        ReferenceBackend.from_pretrained(copy, device="cpu", dtype="int3")


def test_auto_dtype_follows_the_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from summarize.generation.devices import pick_dtype

    cpu = torch.device("cpu")
    for supported, expected in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda s=supported: s)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        assert pick_dtype("auto", cpu) == expected
    cuda = SimpleNamespace(type="cuda")
    for capability, model_type, expected in (
        ((9, 0), "t5", torch.bfloat16),
        ((7, 5), "t5", torch.float32),
        ((7, 5), "bart", torch.float16),
    ):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert pick_dtype("auto", cuda, model_type) == expected  # type: ignore[arg-type]


def test_a_causal_models_output_may_repeat_its_prompt_but_not_itself(tiny_model: Build) -> None:
    import torch
    from transformers import NoRepeatNGramLogitsProcessor

    from summarize.generation.reference import _OutputNGrams

    prompt = [5, 6, 7, 8]
    ban = _OutputNGrams(3, len(prompt))

    def banned(output: list[int], processor: Any) -> list[int]:
        ids = torch.tensor([prompt + output])
        return torch.isinf(processor(ids, torch.zeros(1, 10))[0]).nonzero().flatten().tolist()

    assert banned([5, 6], NoRepeatNGramLogitsProcessor(3)) == [7]
    assert banned([5, 6], ban) == []
    assert banned([5, 6, 9, 5, 6], ban) == [9]

    directory = tiny_model("qwen3", peaked=True)
    backend = ReferenceBackend.from_pretrained(directory, "cpu", "float32")
    options = SearchOptions(max_new_tokens=24, no_repeat_ngram_size=2)
    for output in backend.generate(requests(backend, 4), options):
        pairs = list(zip(output.ids, output.ids[1:], strict=False))
        assert len(pairs) == len(set(pairs))
