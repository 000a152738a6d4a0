"""The two tasks that add something to `text2text`: advice on lengths, and languages."""

from __future__ import annotations

import logging
from typing import Any

from summarize.errors import OptionError
from summarize.pipelines.inputs import language_code, languages
from summarize.pipelines.options import given
from summarize.pipelines.text2text import Params, Text2TextGenerationPipeline

logger = logging.getLogger("summarize.pipelines")


class SummarizationPipeline(Text2TextGenerationPipeline):
    """Text in, `summary_text` (or `summary_token_ids`) out; see the base class."""

    return_name = "summary"

    def check_inputs(self, input_length: int, min_length: int, max_length: int) -> bool:
        """Log limits that contradict each other, or that allow more output than input."""
        if max_length < min_length:
            logger.warning(
                f"Your min_length={min_length} must be inferior than your max_length={max_length}."
            )
        if input_length < max_length:
            logger.warning(
                f"Your max_length is set to {max_length}, but your input_length is only "
                f"{input_length}. Since this is a summarization task, where outputs shorter than "
                "the input are typically wanted, you might consider decreasing max_length "
                f"manually, e.g. summarizer('...', max_length={input_length // 2})"
            )
        return True


class TranslationPipeline(Text2TextGenerationPipeline):
    """Text in, `translation_text` (or `translation_token_ids`) out; see the base class.

    Multilingual models need two more options, `src_lang` and `tgt_lang`: the model's own
    codes ("kor_Hang", "ko_KR") or ISO 639-1. A task "translation_XX_to_YY" names both.
    Models of one language pair ignore them.

    Raises:
        OptionError: a multilingual model and no language.
        UnsupportedLanguageError: a language that its tokenizer does not have.
    """

    return_name = "translation"

    def __init__(
        self, model: Any, tokenizer: Any = None, *, task: str = "", **options: Any
    ) -> None:
        if (pair := languages(task)) is not None:
            source, target = pair
            options = {"src_lang": source, "tgt_lang": target, **given(options)}
        super().__init__(model, tokenizer, task=task, **options)

    def _sanitize_parameters(
        self,
        *arguments: Any,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
        **options: Any,
    ) -> tuple[Params, Params, Params]:
        preprocess, forward, postprocess = super()._sanitize_parameters(*arguments, **options)
        preprocess |= given({"src_lang": src_lang, "tgt_lang": tgt_lang})
        return preprocess, forward, postprocess

    def check_inputs(self, input_length: int, min_length: int, max_length: int) -> bool:
        """Log a limit that leaves a translation of the input little room."""
        if input_length > 0.9 * max_length:
            logger.warning(
                f"Your input_length: {input_length} is bigger than 0.9 * max_length: {max_length}. "
                "You might consider increasing your max_length manually, e.g. "
                "translator('...', max_length=400)"
            )
        return True

    def preprocess(
        self,
        text: str,
        truncation: Any = False,
        prefix: str | None = None,
        src_lang: str | None = None,
        tgt_lang: str | None = None,
    ) -> Any:
        """As the base class; from a multilingual tokenizer also `forced_bos_token_id`, an int."""
        build = getattr(self.tokenizer, "_build_translation_inputs", None)
        if build is None:
            return super().preprocess(text, truncation=truncation, prefix=prefix)
        if src_lang is None or tgt_lang is None:
            raise OptionError(
                "this model translates between many languages; name two, for example "
                "src_lang='ko', tgt_lang='en', or the task 'translation_ko_to_en'."
            )
        return build(
            text,
            return_tensors="pt",
            src_lang=language_code(self.tokenizer, src_lang),
            tgt_lang=language_code(self.tokenizer, tgt_lang),
            **self._truncation(truncation),
        )
