"""A transformers 4 script that runs on transformers 5 again: one line has changed.

    python examples/v4_dropin.py [model]

It needs an encoder-decoder that summarises: a Hub id (the default,
facebook/bart-large-cnn, is 1.6 GB) or a directory. Without a connection and
without the model in the Hub cache, it says so and ends with status 1.
"""

import sys

# Was: from transformers import pipeline
from summarize import SummarizeError, pipeline

ARTICLE = """\
The city council approved a plan on Monday to turn the old freight railway along the
river into a park. The line has been out of use since 1998. Work is to begin in March
and to take two years, at a cost of 14 million dollars, two thirds of which the state
will pay. Residents of the eastern bank asked for a second footbridge, which the council
put off until a study of the river bed is done. Shop owners feared the loss of parking
places; the plan now keeps 60 of the 85 along the line. The first section, between the
station and the fish market, could open next autumn.
"""


def main(model: str = "facebook/bart-large-cnn") -> int:
    """Summarise the article; returns the exit status."""
    try:
        summarizer = pipeline("summarization", model=model)
    except SummarizeError as error:
        print(f"This example needs a model: {error}", file=sys.stderr)
        return 1
    result = summarizer(ARTICLE, min_length=20, max_length=60)
    print(result[0]["summary_text"])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
