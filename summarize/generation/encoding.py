"""From a prompt's segments to ids: control tokens from our words only.

Adjacent plain text is encoded in one run, so that the ids are those the tokenizer
gives for the whole string. Knows the tokenizer and the family, no task and no model.
"""

from __future__ import annotations

from summarize.generation.prompts import Prompt
from summarize.generation.tokens import Tokens
from summarize.models.catalog import Family


def encode(prompt: Prompt, tokens: Tokens, family: Family) -> list[int]:
    """The ids of `prompt`: the user's text as plain text, the frame and languages around it."""
    ids: list[int] = []
    run = ""
    for segment in prompt.segments:
        # A frame brings the control tokens; unframed words spell theirs out.
        spelled = segment.trusted and not prompt.framed
        pieces = tokens.split_controls(segment.text) if spelled else [(segment.text, False)]
        for piece, is_control in pieces:
            if is_control:
                ids += tokens.encode(run) if run else []
                ids += tokens.encode_trusted(piece)
                run = ""
            else:
                run += piece
    ids += tokens.encode(run) if run else []
    if prompt.opening:
        ids = [*tokens.encode_trusted(prompt.opening), *ids]
    return _framed(ids, prompt.source_token, tokens, family) if prompt.framed else ids


def _framed(ids: list[int], source_token: str, tokens: Tokens, family: Family) -> list[int]:
    head, tail = tokens.head, tokens.tail
    if family.architecture == "causal":  # an end of text would end the prompt
        return [*head, *ids]
    if not head and not tail:  # KoBART's tokenizer leaves them to its user
        head = () if tokens.bos_id is None else (tokens.bos_id,)
        tail = () if tokens.eos_id is None else (tokens.eos_id,)
    if source_token and tokens.source_language is not None:
        own = tokens.token_id(family.token.format(tokens.source_language))
        new = tokens.token_id(source_token)
        assert new is not None, "the task's languages have been checked"
        head = tuple(new if token == own else token for token in head)
        tail = tuple(new if token == own else token for token in tail)
    return [*head, *ids, *tail]
