"""`scheidslijn codebook list | show | check`: thin over `scheidslijn.codebook`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scheidslijn.codebook import Code, Codebook, Dimension, find_codebook, load_codebook
from scheidslijn.errors import CodebookError
from scheidslijn.shipped import shipped_names

app = typer.Typer(help="Show the codebooks, and check one of your own.", no_args_is_help=True)


class Language(StrEnum):
    """Language of names and headings; definitions stay in the language of the codebook."""

    nl = "nl"
    en = "en"


_HEADINGS = {
    Language.nl: {"include": "wel", "exclude": "niet", "examples": "voorbeeld", "terms": "termen"},
    Language.en: {"include": "include", "exclude": "exclude", "examples": "example", "terms": "terms"},
}


def list_lines() -> list[str]:
    """Return one line for each shipped codebook: name, version, title.

    Raises:
        CodebookError: a shipped codebook is not valid.
    """
    books = [load_codebook(name) for name in shipped_names("labels")]
    return [f"{book.name}  {book.version}  {book.title}" for book in books]


def show_lines(codebook: Codebook, code: str = "", language: Language = Language.nl) -> list[str]:
    """Return a codebook as text: an overview, or everything about one code or one dimension.

    Args:
        code: `thema.onderwijs`, `thema`, or "" for the overview.
        language: of names and headings.

    Raises:
        CodebookError: no such code or dimension; the message lists what there is.
    """
    if not code:
        lines = [f"{codebook.label}  {codebook.title}".rstrip(), *(f"  {source}" for source in codebook.sources)]
        for dimension in codebook.dimensions:
            lines += ["", *_dimension_lines(dimension, language)]
        return lines
    for dimension in codebook.dimensions:
        if code == dimension.name:
            parts = [_code_lines(one, language) for one in dimension.codes]
            return [*_dimension_lines(dimension, language), *(line for part in parts for line in ("", *part))]
        for one in dimension.codes:
            if code == one.key:
                return _code_lines(one, language)
    names = ", ".join([*(dimension.name for dimension in codebook.dimensions), *codebook.keys])
    near = [key for key in codebook.keys if key.partition(".")[2] == code]
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    raise CodebookError(f"{codebook.label}: no code '{code}'; {meant}there are: {names}")


def check_line(path_or_name: str) -> str:
    """Load a codebook and return one line of counts.

    Raises:
        CodebookError: it is not there, or not valid; one line for every problem.
    """
    book = load_codebook(path_or_name)
    codes = [code for dimension in book.dimensions for code in dimension.codes]
    terms, examples = sum(len(code.terms) for code in codes), sum(len(code.examples) for code in codes)
    return (
        f"ok: {find_codebook(path_or_name)}: {book.label}, {len(book.dimensions)} dimensions, {len(codes)} codes, "
        f"{terms} terms, {examples} examples, {len(book.terms)} word lists"
    )


def _dimension_lines(dimension: Dimension, language: Language) -> list[str]:
    kind = "multi" if dimension.multi else "single"
    width = max(len(code.key) for code in dimension.codes)
    lines = [f"{dimension.name} ({kind}): {_name(dimension, language)}", f"  {dimension.question}"]
    return lines + [f"  {code.key:<{width}}  {_name(code, language)}: {code.definition}" for code in dimension.codes]


def _code_lines(code: Code, language: Language) -> list[str]:
    words = _HEADINGS[language]
    lines = [f"{code.key}: {_name(code, language)}", f"  {code.definition}"]
    for field in ("include", "exclude", "examples"):
        lines += [f"  {words[field]}: {text}" for text in getattr(code, field)]
    return [*lines, f"  {words['terms']}: {', '.join(code.terms)}"] if code.terms else lines


def _name(one: Code | Dimension, language: Language) -> str:
    return one.name_en if language is Language.en else one.name_nl


@app.command("list")
def list_command() -> None:
    """List the codebooks that come with Scheidslijn: name, version, title."""
    typer.echo("\n".join(list_lines()))


@app.command("show")
def show_command(
    codebook: Annotated[
        str, typer.Argument(metavar="[NAME_OR_PATH]", help="A shipped name, a folder, or a codebook.toml.")
    ] = "sociale-tweedeling",
    code: Annotated[str, typer.Option(help="One code (thema.onderwijs) or dimension (thema) in full.")] = "",
    language: Annotated[Language, typer.Option(help="Language of names and headings.")] = Language.nl,
) -> None:
    """Show a codebook: its dimensions and codes, or with --code everything about one."""
    typer.echo("\n".join(show_lines(load_codebook(codebook), code, language)))


@app.command("check")
def check_command(
    codebook: Annotated[str, typer.Argument(metavar="PATH", help="Your codebook.toml, its folder, or a shipped name.")],
) -> None:
    """Check a codebook: one line "ok: …", or one line for every problem and exit code 1."""
    try:
        typer.echo(check_line(codebook))
    except CodebookError as error:
        typer.echo(str(error))  # the problems are what was asked for, so they go to standard output
        raise typer.Exit(1) from error
