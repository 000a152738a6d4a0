"""Our own engine for encoder-decoder models: ids in, ids out.

    from summarize.engine import Engine, SearchOptions

    engine = Engine.from_pretrained(directory, device="cpu", dtype="float32", slots=8)
    for output in engine.generate(inputs, SearchOptions(num_beams=4, max_new_tokens=64)):
        output.ids, output.score

Importing this imports no torch.
"""

from summarize.engine.architecture import supports
from summarize.engine.engine import Engine
from summarize.engine.output import Output
from summarize.options import SearchOptions

__all__ = ["Engine", "Output", "SearchOptions", "supports"]
