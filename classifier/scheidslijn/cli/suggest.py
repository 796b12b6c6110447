"""`scheidslijn suggest`: a language model as a coder, over `scheidslijn.assist`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheidslijn.cli.codebook import Language
from scheidslijn.cli.options import SOME_FAILED, Force, Inputs, MaxMegabytes, MaxSeconds, Ocr, tell
from scheidslijn.counting import counted

if TYPE_CHECKING:
    from scheidslijn.assist.suggesting import Job
    from scheidslijn.assist.variants import Variant
    from scheidslijn.assist.wire import Endpoint

ModelName = Annotated[str, typer.Option(help="Which model, as the endpoint calls it.", show_default=False)]
Llm = Annotated[
    str,
    typer.Option(
        metavar="URL", show_default=False,
        help="Endpoint that speaks the OpenAI protocol (vLLM, Ollama, llama.cpp, hosted). Without it nothing is sent.",
    ),
]  # fmt: skip
KeyEnv = Annotated[
    str,
    typer.Option(metavar="NAME", help="Variable with the key.  [default: SCHEIDSLIJN_LLM_KEY, then OPENAI_API_KEY]"),
]
Dimensions = Annotated[
    list[str] | None, typer.Option("--dimension", help="Ask about this dimension; repeatable.  [default: all]")
]
MoneyBudget = Annotated[
    float | None,
    typer.Option("--budget", min=0, help="Stop before more than this is spent, in the currency of the prices."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Texts may be sent to an endpoint on another machine.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only estimate tokens and cost; nothing is sent.")]
PriceIn = Annotated[float, typer.Option(min=0, help="Price of a million tokens of questions.")]
PriceOut = Annotated[float, typer.Option(min=0, help="Price of a million tokens of answers.")]
TokenBudget = Annotated[int | None, typer.Option(min=0, help="Stop before more tokens than this are spent.")]
CacheFolder = Annotated[
    str, typer.Option(metavar="DIR", help="Keep the answers here.  [default: .OUT.answers beside the output]")
]
Concurrency = Annotated[int, typer.Option(min=1, max=256, help="Questions at the same time.")]
Seed = Annotated[int, typer.Option(help="Given along to the model.")]
MaxTokens = Annotated[int, typer.Option(min=16, help="Most tokens of one answer.")]
Structured = Annotated[
    str, typer.Option(help="Structured output: auto (where offered), json_schema (demanded), or none.")
]
Rereads = Annotated[int, typer.Option(min=0, help="Further tries when an answer cannot be read.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds that one answer may take.")]


def suggest_command(
    inputs: Inputs,
    out: Annotated[str, typer.Option("-o", "--out", help="File to write: .jsonl.")] = "",
    llm: Llm = "",
    model: ModelName = "",
    codebook: Annotated[str, typer.Option(help="Name or path of a codebook.")] = "sociale-tweedeling",
    dimension: Dimensions = None,
    language: Annotated[Language, typer.Option(help="Language of the instructions to the model.")] = Language.nl,
    variants: Annotated[
        str, typer.Option(metavar="FILE", help="TOML file with variants of prompt and model; all are asked.")
    ] = "",
    variant: Annotated[list[str] | None, typer.Option(help="Ask only this variant of --variants; repeatable.")] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help="Write only the dimensions that count by this verdict of codebook-test; repeatable."
        ),
    ] = None,
    key_env: KeyEnv = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    price_in: PriceIn = 0.0,
    price_out: PriceOut = 0.0,
    budget: MoneyBudget = None,
    budget_tokens: TokenBudget = None,
    hold_flagged: Annotated[
        bool, typer.Option("--hold-flagged", help="Do not ask about passages that show signs of prompt injection.")
    ] = False,
    cache: CacheFolder = "",
    concurrency: Concurrency = 4,
    temperature: Annotated[float, typer.Option(min=0, help="0 asks for the likeliest answer.")] = 0.0,
    seed: Seed = 0,
    max_tokens: MaxTokens = 1500,
    structured: Structured = "auto",
    retries: Annotated[int, typer.Option(min=0, help="Further tries when the endpoint or the network fails.")] = 6,
    rereads: Rereads = 2,
    timeout: Timeout = 120,
    force: Force = False,
    ocr: Ocr = True,
    max_seconds: MaxSeconds = 120,
    max_mb: MaxMegabytes = 300,
) -> None:
    """Have a language model code every passage by a codebook, with a verbatim quote as evidence for every code.

    A code or quote that does not check is dropped and told; an unreadable answer gives no code. The rows are marked as
    a machine's, and never become labels by themselves. An endpoint on another machine is asked only after a yes.
    Answers are kept, so a run that was broken off goes on, and a second one costs nothing.

    Exit codes: 0 done, 1 explained failure, 2 usage, 3 some files failed or some passages got no answer.

    Example: scheidslijn suggest agreements/ --llm http://127.0.0.1:8000 --model NAME -o suggestions.jsonl
    """
    from scheidslijn.annotations.verdicts import read_verdict
    from scheidslijn.assist.retrying import Patience
    from scheidslijn.assist.spending import Budget
    from scheidslijn.assist.suggesting import Job
    from scheidslijn.codebook import load_codebook
    from scheidslijn.onefile import Limits

    if not dry_run:
        for name, given in (("--llm", llm), ("--model", model), ("--out", out)):
            if not given:
                raise typer.BadParameter("is needed; nothing is sent without --llm, --model and --out", param_hint=name)
    if budget is not None and not (price_in or price_out):
        raise typer.BadParameter("needs --price-in or --price-out", param_hint="--budget")
    if variant and not variants:
        raise typer.BadParameter("needs --variants FILE", param_hint="--variant")
    endpoint = endpoint_of(llm, model, key_env, temperature, seed, max_tokens, timeout, structured, dry_run)
    job = Job(
        out=out or "suggestions.jsonl", codebook=load_codebook(codebook), endpoint=endpoint,
        variants=_variants(tuple(dimension or ()), language, variants, variant or []),
        limits=Limits(seconds=max_seconds, document_bytes=max_mb * 1_000_000), ocr=ocr, force=force, cache=cache,
        concurrency=concurrency, patience=Patience(retries), rereads=rereads, hold_flagged=hold_flagged,
        budget=Budget(budget_tokens, budget, price_in, price_out),
        verdicts=tuple(map(read_verdict, verdict or [])), yes=yes, dry_run=dry_run, named=bool(llm),
    )  # fmt: skip
    _run(job, inputs)


def endpoint_of(
    llm: str, model: str, key_env: str, temperature: float, seed: int, max_tokens: int, timeout: float,
    structured: str, dry_run: bool,
) -> Endpoint:  # fmt: skip
    """The endpoint that the options of `suggest` and `codebook-test` name; a dry run needs no key."""
    from scheidslijn.assist.keys import key_for
    from scheidslijn.assist.wire import Endpoint

    if structured not in ("auto", "json_schema", "none"):
        raise typer.BadParameter("choose auto, json_schema or none", param_hint="--structured")
    key = "" if dry_run else key_for(llm, key_env, tell=tell)
    return Endpoint(llm or "http://127.0.0.1", model or "dry-run", key, temperature, seed, max_tokens, timeout,
                    structured)  # type: ignore[arg-type]  # fmt: skip


def _variants(dimensions: tuple[str, ...], language: Language, path: str, wanted: list[str]) -> tuple[Variant, ...]:
    from scheidslijn.assist.prompting import PromptOptions
    from scheidslijn.assist.variants import Variant, read_variants

    base = PromptOptions(dimensions=dimensions, language=language.value)
    return read_variants(path, base, wanted) if path else (Variant(base),)


def _run(job: Job, inputs: list[str]) -> None:
    """Do the job, tell what was done, and exit with 3 when something is missing from it."""
    import sys

    from scheidslijn.assist.suggesting import run_job
    from scheidslijn.sources import refuse_as_output, walk

    sources = list(walk(inputs))
    refuse_as_output(job.out, sources)
    interactive = sys.stdin.isatty() and sys.stderr.isatty()
    try:
        summary, tally = run_job(job, sources, tell, _confirm if interactive else None)
    except KeyboardInterrupt:
        tell("Broken off; what was answered is kept, and the same command goes on from there.")
        raise
    if tally is not None:
        for line in tally.lines(job.codebook, [name for names in job.written() for name in names]):
            tell(line)
        tell(
            f"Wrote {counted(tally.rows, 'row')} to {job.out} ({job.codebook.label}); "
            f"the answers are kept in {job.folder}."
        )
    if summary.failures or (tally is not None and tally.incomplete):
        raise typer.Exit(SOME_FAILED)


def _confirm(question: str) -> bool:
    return typer.confirm(question, err=True)
