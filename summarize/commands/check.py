"""`summarize check`: a translation or a summary beside its source, whoever made it.

Reads, asks `news.checks`, prints. Which of the two an output is, the languages tell:
another language than the source's is a translation, the same one a summary.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarize.commands import options
from summarize.errors import OptionError, UnsupportedLanguageError
from summarize.options import SUMMARIZATION, TRANSLATION

if TYPE_CHECKING:
    from summarize.news.article import Article
    from summarize.news.checks import Finding
    from summarize.news.glossary import Glossary

_LANGUAGES = ("en", "ko")
_FILE = click.Path(path_type=Path, allow_dash=True)
_STDIN = Path("-")
_COLOURS = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("source", type=_FILE)
@click.argument("output", type=_FILE)
@click.option(
    "--task", type=click.Choice([TRANSLATION, SUMMARIZATION]), help="Default: by language."
)
@click.option("--from", "source_language", type=click.Choice(_LANGUAGES), help="Found by default.")
@click.option("--to", "language", type=click.Choice(_LANGUAGES), help="Found by default.")
@options.glossary
@click.option("--strict", is_flag=True, help="Exit with 1 when there are errors.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--quiet", "-q", is_flag=True, help="No summary line on stderr.")
def check(
    source: Path,
    output: Path,
    task: str | None,
    source_language: str | None,
    language: str | None,
    glossary: Glossary | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check a translation or a summary (OUTPUT) against its SOURCE.

    Finds changed numbers, dates and names, dropped sentences and clauses, lost negations and
    quotation marks, words left untranslated, loops, and what a summary made up. Both are files
    (text or HTML), one of them may be - for standard input; any program may have written OUTPUT.
    """
    from summarize.news.article import read
    from summarize.news.checks import check_summary, check_translation, count_errors
    from summarize.news.language import require_supported

    if source == output == _STDIN:
        raise OptionError("standard input (-) can be read once: name a file for one of the two.")
    article = read(_content(source), language=source_language)
    written = _text(output)
    here = source_language or require_supported(article.language, _LANGUAGES)
    there = language or require_supported(written, _LANGUAGES)
    task = task or (SUMMARIZATION if here == there else TRANSLATION)
    if task == TRANSLATION and here == there:
        raise UnsupportedLanguageError(
            f"{source} and {output} are both in {here!r}, so the one is no translation of the "
            "other; pass --task summarization, or name the languages with --from and --to."
        )
    if task == TRANSLATION:
        original = _whole(article, written)
        findings = check_translation(original, written, here, there, glossary=glossary)
    else:
        original = article.text
        findings = check_summary(article, written, here)
    errors = count_errors(findings)
    if as_json:
        plain = {
            "source": str(source),
            "output": str(output),
            "task": task,
            "source_language": here,
            "language": there,
            "errors": errors,
            "warnings": len(findings) - errors,
            "findings": [finding.to_dict() for finding in findings],
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        _show(findings, written, original)
    if not quiet:
        click.secho(_verdict(task, errors, len(findings) - errors), dim=True, err=True)
    if strict and errors:
        sys.exit(1)


def _content(path: Path) -> bytes | Path:
    return sys.stdin.buffer.read() if path == _STDIN else path


def _text(path: Path) -> str:
    """The text of an output: lines as they are, no line set aside."""
    from summarize.news import sources
    from summarize.news.article import MAX_CHARACTERS, read
    from summarize.news.text import clean, decode

    data = (
        sys.stdin.buffer.read() if path == _STDIN else sources.read_file(path, 4 * MAX_CHARACTERS)
    )
    text = clean(decode(data))
    return read(text).text if sources.looks_like_html(text) else text.strip()


def _whole(article: Article, written: str) -> str:
    """The source of a translation: with its headline where the output has one line more."""
    lines = [line for line in written.splitlines() if line.strip()]
    with_headline = article.headline and len(lines) > len(article.paragraphs)
    return f"{article.headline}\n\n{article.text}" if with_headline else article.text


def _show(findings: Sequence[Finding], written: str, original: str) -> None:
    """Each finding on a line, with where it is: a line of the output, or the source's paragraph."""
    for finding in findings:
        label = click.style(f"{finding.severity}: ", fg=_COLOURS[finding.severity])
        place = ""
        if finding.sentence is not None:
            place = f"sentence {finding.sentence + 1}: "
        elif finding.target_span is not None:
            place = f"line {written.count(chr(10), 0, finding.target_span[0]) + 1}: "
        elif finding.source_span is not None:
            before = original[: finding.source_span[0] + 1].splitlines()
            place = f"source paragraph {sum(map(bool, map(str.strip, before)))}: "
        click.echo(f"{label}{place}{finding.kind}: {finding.message}")


def _verdict(task: str, errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return f"checked as a {_NOUNS[task]}: nothing found"
    return (
        f"checked as a {_NOUNS[task]}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
    )


_NOUNS = {TRANSLATION: "translation", SUMMARIZATION: "summary"}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
