"""transformers 4's text-to-text pipelines, which transformers 5 deleted.

    from summarize import pipeline                  # was: from transformers import pipeline
    summarizer = pipeline("summarization", model="facebook/bart-large-cnn")
    summarizer(text, min_length=30, max_length=90)  # [{"summary_text": "..."}]

`pipeline`, the three classes, their hooks (`preprocess`, `_forward`, `postprocess`,
`check_inputs`, `_sanitize_parameters`), parameters, return shapes and log messages
are those of transformers 4.57.6, on encoder-decoder models. Text goes in as it is
given: this package knows nothing of news, sentences or long input.

Where 4.57.6 departed from its own documentation, the documentation is followed:

- A generation option is the call's, else the constructor's, else the checkpoint's
  `task_specific_params`, else its `generation_config`, else the pipeline's default.
  Of `max_length` and `max_new_tokens`, the one found first in that order counts.
  (4.57.6 let its defaults win over `max_length` in a call and over the beams of
  the checkpoint; transformers 5 mended the same in the pipelines that it kept.)
- `src_lang` and `tgt_lang` of the constructor hold for every call, also where the
  task names two other languages.
- In a list of lists every text is used, not each list's first.

A model that is named runs on the engine wherever that can follow its options (see `beside`):
the same outputs, sooner. `backend="reference"` keeps to transformers' `generate`.

Not taken over: pickled weights, code from the Hub, TensorFlow, PEFT adapter
directories, `push_to_hub`, and the options that `generate` itself has lost.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from summarize.errors import OptionError
from summarize.pipelines.inputs import NotTextError, languages
from summarize.pipelines.loading import find, load_config, load_model, load_tokenizer
from summarize.pipelines.tasks import SummarizationPipeline, TranslationPipeline
from summarize.pipelines.text2text import ReturnType, Text2TextGenerationPipeline

__all__ = [
    "NotTextError",
    "ReturnType",
    "SummarizationPipeline",
    "Text2TextGenerationPipeline",
    "TranslationPipeline",
    "pipeline",
]

logger = logging.getLogger("summarize.pipelines")

CLASSES: dict[str, type[Text2TextGenerationPipeline]] = {
    "summarization": SummarizationPipeline,
    "text2text-generation": Text2TextGenerationPipeline,
    "translation": TranslationPipeline,
}
"""The class of each task; "translation_XX_to_YY" is "translation" with its languages."""

DEFAULT_MODELS = {
    "summarization": "sshleifer/distilbart-cnn-12-6",
    "text2text-generation": "google-t5/t5-base",
    "translation_en_to_de": "google-t5/t5-base",
    "translation_en_to_fr": "google-t5/t5-base",
    "translation_en_to_ro": "google-t5/t5-base",
}
"""Hub id by task, for when no model is named: transformers 4.57.6's table.

Its revisions are left to the catalog: distilbart's there holds pickle only.
"""


def pipeline(
    task: str | None = None,
    model: Any = None,
    config: Any = None,
    tokenizer: Any = None,
    *,
    revision: str | None = None,
    use_fast: bool = True,
    token: str | bool | None = None,
    device_map: Any = None,
    dtype: Any = "auto",
    torch_dtype: Any = None,
    trust_remote_code: bool | None = None,
    model_kwargs: Mapping[str, Any] | None = None,
    pipeline_class: type[Text2TextGenerationPipeline] | None = None,
    offline: bool | None = None,
    backend: str | None = None,
    **options: Any,
) -> Text2TextGenerationPipeline:
    """A pipeline for `task`, as transformers 4's `pipeline` made them.

    Args:
        task: "summarization", "translation", "translation_XX_to_YY" (as in
            "translation_ko_to_en") or "text2text-generation"; None asks the Hub for the
            model's.
        model: a Hub id, a directory, or a loaded model; None takes v4's own for the task.
        config: a config, or the name of one, in place of the model's own.
        tokenizer: a tokenizer, the name of one, or (name, arguments); None takes the model's.
        revision: branch, tag or commit on the Hub.
        use_fast: without effect: transformers 5 has one tokenizer a model.
        token: None or True; a token is read from HF_TOKEN or from `hf auth login`.
        device_map: how the `accelerate` package spreads the model; not with `device`.
        dtype: a `torch.dtype`, its name, or "auto" for the checkpoint's own.
        torch_dtype: v4's older name for `dtype`.
        trust_remote_code: None or False; code from the Hub is never run.
        model_kwargs: more arguments of the model's `from_pretrained`.
        pipeline_class: a class to use in place of the task's.
        offline: True opens no connection; None does as HF_HUB_OFFLINE says.
        backend: "reference" for transformers' `generate`, "auto" for the engine wherever it can
            follow (the outputs are the same, and its copy of the weights takes their memory once
            more); None is "auto" for a model that is named, "reference" for one that is loaded.
        **options: `device`, `batch_size` and the rest of the class's arguments;
            `assistant_model`, a model or the name of one; and any option of a call, as its
            default.

    Raises:
        OptionError: an unknown task or option, or no model named and none by default.
        ModelError: a model that is not found, cannot be loaded safely, or is not an
            encoder-decoder.
    """
    arguments = dict(model_kwargs or {})
    if trust_remote_code or arguments.pop("trust_remote_code", None):
        raise OptionError("trust_remote_code: code from the Hub is never run; leave it out.")
    if isinstance(token, str):
        raise OptionError("token: set it as HF_TOKEN, or run `hf auth login`, and leave it out.")
    dtype = _dtype(dtype, torch_dtype, arguments)
    if device_map is not None:
        arguments["device_map"] = device_map
    if task is None:
        task = _task_on_the_hub(model, revision, offline)
    pipeline_class = pipeline_class or _class_of(task)
    if model is None:
        model = _default_model(task, tokenizer)
    where = (revision, offline, arguments.pop("cache_dir", None))
    if isinstance(options.get("assistant_model"), str | Path):
        assistant = find(options["assistant_model"], None, *where[1:])
        options["assistant_model"] = load_model(assistant, None, dtype, {})
    tokenizer = _tokenizer(tokenizer, model, config, where)
    if isinstance(config, str | Path):
        config = load_config(find(config, *where))
    if backend is None:
        backend = "auto" if isinstance(model, str | Path) else "reference"
    if isinstance(model, str | Path):
        model = load_model(find(model, *where), config, dtype, arguments)
    if task == "translation":
        task = _task_of_checkpoint(model.config) or task
    return pipeline_class(model=model, tokenizer=tokenizer, task=task, backend=backend, **options)


def _class_of(task: str) -> type[Text2TextGenerationPipeline]:
    if task in CLASSES:
        return CLASSES[task]
    if languages(task) is not None:
        return TranslationPipeline
    if task.startswith("translation"):
        raise OptionError(
            f"a translation task is 'translation' or 'translation_XX_to_YY', not {task!r}."
        )
    known = (*CLASSES, "translation_XX_to_YY")
    raise OptionError(
        f"{OptionError.unknown('task', task, known)} Tasks that transformers 5 has kept, such as "
        "'text-generation', are in transformers.pipeline."
    )


def _default_model(task: str, tokenizer: Any) -> str:
    if tokenizer is not None:
        raise OptionError("a tokenizer without a model: pass the model that it belongs to.")
    if task not in DEFAULT_MODELS:
        raise OptionError(
            f"no model is the default for task {task!r}; pass model=... "
            f"Tasks with a default: {', '.join(DEFAULT_MODELS)}."
        )
    name = DEFAULT_MODELS[task]
    logger.warning(
        f"No model was supplied, defaulted to {name}. Using a pipeline without specifying a "
        "model name and revision in production is not recommended."
    )
    return name


def _task_on_the_hub(model: Any, revision: str | None, offline: bool | None) -> str:
    """The task that the model's page on the Hub gives, as v4 looked it up."""
    from summarize.models.hub import is_offline

    advice = f"name the task; known: {', '.join(CLASSES)}."
    if not isinstance(model, str) or Path(model).exists() or is_offline(offline):
        raise OptionError(f"the task of {model!r} cannot be looked up on the Hub: {advice}")
    from huggingface_hub import model_info

    try:
        task = model_info(model, revision=revision).pipeline_tag
    except Exception as error:  # whatever the connection or the client raises
        raise OptionError(
            f"the Hub does not say the task of {model} ({error}): {advice}"
        ) from error
    if task not in CLASSES:
        raise OptionError(f"the Hub gives {task!r} as the task of {model}: {advice}")
    return task


def _task_of_checkpoint(config: Any) -> str | None:
    """The first language pair that a checkpoint has parameters for; v4 took it, with a warning."""
    for name in getattr(config, "task_specific_params", None) or ():
        if name.startswith("translation"):
            warnings.warn(
                '"translation" task was used, instead of "translation_XX_to_YY", defaulting to '
                f'"{name}"',
                stacklevel=3,
            )
            return str(name)
    return None


def _dtype(dtype: Any, torch_dtype: Any, arguments: dict[str, Any]) -> Any:
    """The one dtype among the four places where v4 took it; `arguments` lose theirs."""
    inner = [arguments.pop(name, None) for name in ("dtype", "torch_dtype")]
    named = [value for value in (*inner, torch_dtype) if value is not None]
    if dtype not in (None, "auto"):
        if any(value is not None for value in inner):
            raise OptionError("dtype is in model_kwargs too; name it once.")
        return dtype
    return named[0] if named else "auto"


def _tokenizer(tokenizer: Any, model: Any, config: Any, where: tuple[Any, Any, Any]) -> Any:
    """The tokenizer asked for, loaded if it is a name; else that of the model or config named."""
    if tokenizer is None:
        names = [name for name in (model, config) if isinstance(name, str | Path)]
        if not names:
            raise OptionError("which tokenizer the model needs cannot be told; pass tokenizer=...")
        tokenizer = names[0]
    name, arguments = tokenizer if isinstance(tokenizer, tuple) else (tokenizer, {})
    if not isinstance(name, str | Path):
        return name
    kept = {key: value for key, value in arguments.items() if key != "use_fast"}
    return load_tokenizer(find(name, *where), kept)
