"""`scheidslijn codebook-test`: thin over `scheidslijn.fidelity`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheidslijn.cli.codebook import Language
from scheidslijn.cli.options import Force, tell
from scheidslijn.cli.suggest import (
    CacheFolder,
    Concurrency,
    Dimensions,
    DryRun,
    KeyEnv,
    Llm,
    MaxTokens,
    ModelName,
    MoneyBudget,
    PriceIn,
    PriceOut,
    Rereads,
    Seed,
    Structured,
    Timeout,
    TokenBudget,
    Yes,
    endpoint_of,
)

if TYPE_CHECKING:
    from scheidslijn.assist.consent import Confirm
    from scheidslijn.assist.prompting import PromptOptions
    from scheidslijn.assist.wire import Endpoint

Gold = Annotated[
    list[str],
    typer.Argument(
        metavar="GOLD...",
        help="Passages that people coded, from many documents, in any form that train reads; folders of these.",
        show_default=False,
    ),
]


def codebook_test_command(
    gold: Gold,
    out: Annotated[
        list[str] | None, typer.Option("-o", "--out", help="Verdict to write: .json or .md; repeatable.")
    ] = None,
    llm: Llm = "",
    model: ModelName = "",
    codebook: Annotated[str, typer.Option(help="Name or path of the codebook.")] = "sociale-tweedeling",
    dimension: Dimensions = None,
    language: Annotated[Language, typer.Option(help="Language of the instructions to the model.")] = Language.nl,
    variants: Annotated[
        str, typer.Option(metavar="FILE", help="TOML file with variants of prompt and model, as for suggest.")
    ] = "",
    variant: Annotated[str, typer.Option(help="Test the prompt of this variant of --variants.")] = "",
    texts: Annotated[
        list[str] | None,
        typer.Option(help="Documents or tables with the texts of passages that GOLD has by key only; repeatable."),
    ] = None,
    passages: Annotated[int, typer.Option(min=1, help="Most gold passages; about ten questions each in all.")] = 80,
    test: Annotated[
        list[str] | None,
        typer.Option(help="Do only this test; repeatable. A dimension counts only when all were done."),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often the same is asked again.")] = 1,
    shuffles: Annotated[int, typer.Option(min=1, help="In how many other orders codes are shown.")] = 2,
    exclusion: Annotated[
        int, typer.Option(min=1, help="Passages of each dimension that the exclusion rule is tried on.")
    ] = 12,
    thresholds: Annotated[
        str, typer.Option(metavar="FILE", help="TOML file with other bars than the standard ones.")
    ] = "",
    key_env: KeyEnv = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    price_in: PriceIn = 0.0,
    price_out: PriceOut = 0.0,
    budget: MoneyBudget = None,
    budget_tokens: TokenBudget = None,
    cache: CacheFolder = "",
    concurrency: Concurrency = 4,
    temperature: Annotated[float, typer.Option(min=0, help="The one that you will use.")] = 0.0,
    seed: Seed = 0,
    max_tokens: MaxTokens = 1500,
    structured: Structured = "auto",
    retries: Annotated[int, typer.Option(min=0, help="Further tries when the endpoint or the network fails.")] = 5,
    rereads: Rereads = 2,
    timeout: Timeout = 120,
    force: Force = False,
) -> None:
    """Find out whether a language model follows the codebook, and on which dimensions its suggestions may count.

    On passages that people coded: does it agree with them, are its answers whole, does it say the same again, and in
    another order of codes; does it go by definitions when names are neutral or swapped, obey an exclusion, and
    recognise the codebook's own examples? docs/codebook-test.md explains the tests and their bars.

    Exit codes: 0 done, 1 explained failure, 2 usage; a verdict of no is done.

    Example: scheidslijn codebook-test codes.xlsx --llm http://127.0.0.1:8000 --model NAME -o verdict.json
    """
    from scheidslijn.assist.prompting import PromptOptions
    from scheidslijn.assist.retrying import Patience
    from scheidslijn.assist.spending import Budget
    from scheidslijn.codebook import load_codebook
    from scheidslijn.fidelity.goldset import choose, read_gold
    from scheidslijn.fidelity.plan import TESTS, Choices, make_plan
    from scheidslijn.fidelity.report import summary_lines
    from scheidslijn.fidelity.running import Settings, estimate_test, test_model
    from scheidslijn.fidelity.thresholds import Thresholds
    from scheidslijn.fidelity.writing import check_output, write_verdict
    from scheidslijn.recipes import read_recipe

    if not dry_run:
        for name, given in (("--llm", llm), ("--model", model or variants), ("--out", out)):
            if not given:
                raise typer.BadParameter("is needed; nothing is sent without --llm, --model and --out", param_hint=name)
    for path in out or []:
        check_output(Path(path), force=force)
    if budget is not None and not (price_in or price_out):
        raise typer.BadParameter("needs --price-in or --price-out", param_hint="--budget")
    book = load_codebook(codebook)
    bars = read_recipe(Path(thresholds), Thresholds) if thresholds else Thresholds()
    endpoint = endpoint_of(llm, model, key_env, temperature, seed, max_tokens, timeout, structured, dry_run)
    options, endpoint = _tested(
        variants, variant, PromptOptions(dimensions=tuple(dimension or ()), language=language.value), endpoint
    )
    choices = Choices(passages, tuple(test or TESTS), repeats, shuffles, exclusion=exclusion)  # type: ignore[arg-type]
    plan = make_plan(book, choose(read_gold(gold, book, _texts(texts)), passages), choices, options)
    first = Path((out or ["verdict.json"])[0])
    settings = Settings(
        endpoint=endpoint, folder=Path(cache) if cache else first.with_name(f".{first.name}.answers"),
        concurrency=concurrency, patience=Patience(retries), rereads=rereads,
        budget=Budget(budget_tokens, budget, price_in, price_out), yes=yes,
    )  # fmt: skip
    if dry_run:
        estimate_test(plan, settings, tell)
        return
    verdict = test_model(plan, settings, bars, tell, confirm=_confirm(), sources=[Path(one).name for one in gold])
    for line in summary_lines(verdict):
        typer.echo(line)
    for path in out or []:
        write_verdict(verdict, Path(path))
        tell(f"Wrote {path}.")


def _tested(variants: str, variant: str, base: PromptOptions, endpoint: Endpoint) -> tuple[PromptOptions, Endpoint]:
    """The prompt to test, and the endpoint as its variant wants it."""
    from dataclasses import replace

    from scheidslijn.assist.variants import read_variants

    if not variants:
        return base, endpoint
    found = read_variants(variants, base, [variant] if variant else ())
    if len(found) > 1:
        names = ", ".join(one.options.variant for one in found)
        raise typer.BadParameter(f"name the one to test; {variants} has {names}", param_hint="--variant")
    one = found[0]
    temperature = endpoint.temperature if one.temperature is None else one.temperature
    return one.options, replace(endpoint, model=one.model or endpoint.model, temperature=temperature)


def _texts(paths: list[str] | None) -> dict[str, str] | None:
    from scheidslijn.sources import walk
    from scheidslijn.workers import read_here

    return {one.key: one.text for source in walk(paths) for one in read_here(source.path)} if paths else None


def _confirm() -> Confirm | None:
    import sys

    def ask(question: str) -> bool:
        return typer.confirm(question, err=True)

    return ask if sys.stdin.isatty() and sys.stderr.isatty() else None
