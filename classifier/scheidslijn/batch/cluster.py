"""The same run on Ray Data (extra `ray`): documents are read and labelled by actors, wherever a cluster has room.

An actor fetches documents through fsspec, works on them as one machine does, and keeps finished work in a store that
all machines reach. What a lost machine had not finished is done again elsewhere; the rest is taken over. Assembly is
that of `assemble`, so the output is the same bytes.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from scheidslijn.batch.pool import Here, Recipe
from scheidslijn.batch.run import Input, look_at, run_inputs
from scheidslijn.batch.since import Since
from scheidslijn.batch.store import filesystem, is_remote, open_store
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Done, Work
from scheidslijn.errors import OutputError
from scheidslijn.onefile import Limits
from scheidslijn.sources import Source, walk

BLOCK = 16
"""Documents that one actor is given at once, at most: so many are worked on again when its machine is lost early."""
GPU_SHARE = 0.25
"""Part of a GPU that an actor takes with the engine torch: reading and tokenising keep several busy beside it."""


def find_inputs(inputs: Sequence[str]) -> list[tuple[str, str]]:
    """Address and name of every document, as `sources.walk` orders and names those of this machine.

    Args:
        inputs: paths of this machine, which all machines must see under the same name, or fsspec addresses.

    Raises:
        OutputError: standard input, which no other machine sees, or two inputs of one name.
    """
    if "-" in inputs:
        raise OutputError("standard input cannot be labelled on Ray; give files, or leave --engine ray out")
    if not any(is_remote(one) for one in inputs):
        return [(str(source.path.absolute()), source.name) for source in walk(inputs)]
    found: list[tuple[str, str]] = []
    for one in inputs:
        if not is_remote(one):
            found += [(str(source.path.absolute()), source.name) for source in walk([one])]
            continue
        files, path = filesystem(one)
        protocol = one.split("://")[0]
        inside = sorted(files.find(path)) if files.isdir(path) else [path]
        for file in inside:
            name = str(PurePosixPath(file).relative_to(path)) if file != path else PurePosixPath(file).name
            if not any(part.startswith((".", "~$")) for part in PurePosixPath(name).parts):
                found.append((f"{protocol}://{file}", name))
    names = [name for _, name in found]
    if len(set(names)) < len(names):
        raise OutputError("two inputs have the same name; give the folder above both as the one input")
    return found


class Documents:
    """An actor: it loads the labeller once, and then works on one block of documents after the other.

    Args:
        recipe, limits: fields of `Recipe` and `Limits`.
        store: address or path of the finished work, which this machine reaches.
        facts: of the run, see `work.run_facts`.
        since: what is passed over.
    """

    def __init__(
        self, recipe: dict[str, Any], store: str, facts: dict[str, Any], limits: dict[str, Any], ocr: bool,
        since: Since = Since(),  # noqa: B008
    ) -> None:  # fmt: skip
        self._labeller = Recipe(**recipe).load(threads=1)
        self._work = Work(open_store(store), facts)
        self._limits, self._ocr, self._since = Limits(**limits), ocr, since

    def __call__(self, block: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Work on a block, columns `number`, `address` and `name`; return it with hashes, sizes and keys.

        One process reads the whole block, ahead of labelling. A document that is finished is kept at once, so that a
        block that is worked on again, as its machine was lost, costs only what was not finished.
        """
        rows = [{name: values[at] for name, values in block.items()} for at in range(len(block["number"]))]
        with ExitStack() as fetches:
            inputs = [self._input(fetches.enter_context(fetched(row["address"])), row) for row in rows]
            pool, telling = Here(self._labeller, self._work), Telling(lambda line: None, live=False)
            run_inputs(inputs, self._work, pool, self._limits, telling, ocr=self._ocr)
        return {
            "number": [int(row["number"]) for row in rows],
            "sha256": [one.sha256 for one in inputs],
            "size": [one.size for one in inputs],
            "key": [one.key for one in inputs],
            "passed_over": [one.passed_over for one in inputs],
            "passing": [json.dumps(self._passing(one)) for one in inputs],
        }

    def _input(self, path: Path, row: Mapping[str, Any]) -> Input:
        one = look_at(Source(path, str(row["name"])), self._work)
        changed = last_changed(str(row["address"])) if self._since.moment else None
        one.passed_over = self._since.why(one.source.name, one.sha256, self._work.run, changed)
        return one

    def _passing(self, one: Input) -> list[list[str]]:
        """Problems that are not kept in the store, as the next run tries this document again."""
        kept = bool(one.key) and self._work.find(one.key) is not None
        return [] if kept or one.done is None else [list(problem) for problem in one.done.problems]


def run_on_ray(
    documents: Sequence[tuple[str, str]], recipe: Recipe, work: Work, limits: Limits, *,
    address: str = "", ocr: bool = True, workers: int | None = None, since: Since | None = None,
    tell: Callable[[Input], None] | None = None,
) -> list[Input]:  # fmt: skip
    """Work on all documents on a Ray cluster; return the inputs, in order, with what became of them.

    Args:
        documents: address and name, see `find_inputs`.
        work: begun; its store must be one that all machines reach.
        address: of a running cluster; "" starts Ray on this machine, or joins where this process already did.
        workers: actors at most; None takes the processors of the cluster.
        since: what is passed over.
        tell: gets every input as it is finished, in any order.

    Raises:
        OutputError: Ray is not installed, the cluster cannot be reached, or its work broke off.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would tell its makers of every cluster it starts
    try:
        import ray
    except ImportError as error:
        raise OutputError('engine "ray" is not installed; pip install "scheidslijn[ray]"') from error
    if not ray.is_initialized():
        try:
            ray.init(address=address or "local", log_to_driver=False, include_dashboard=False)
        except (ConnectionError, ValueError) as error:
            raise OutputError(f"the Ray cluster {address} cannot be reached ({error}); see --cluster") from error
    there = _quiet_and_resources(ray)
    most = workers or max(1, int(there.get("CPU", 1)))
    made = (asdict(recipe), work.store.root, work.facts, asdict(limits), ocr, since or Since())
    rows = [{"number": at, "address": a, "name": n} for at, (a, n) in enumerate(documents)]
    # blocks are made here and not by a task of their own, for which a cluster of one processor would have no room
    data: Any = ray.data.from_items(rows, override_num_blocks=blocks(len(rows), most))
    gpu = {"num_gpus": GPU_SHARE} if recipe.engine == "torch" and there.get("GPU", 0) else {}
    data = data.map_batches(
        Documents, fn_constructor_args=made, batch_size=None, batch_format="numpy",
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        num_cpus=1, **gpu,  # Ray Data restarts actors and tries their tasks again without end of itself
    )  # fmt: skip
    found: dict[int, Input] = {}
    for row in _streamed(data):
        number = int(row["number"])
        found[number] = one = _input(row, documents[number], work)
        if tell is not None:
            tell(one)
    return [found[number] for number in range(len(documents))]


def _quiet_and_resources(ray: Any) -> dict[str, float]:
    """Keep Ray Data's own progress out of ours; return what the cluster has."""
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    ray.data.DataContext.get_current().enable_progress_bars = False
    return dict(ray.cluster_resources())


def blocks(documents: int, actors: int) -> int:
    """Number of blocks: four for each actor where documents are few, blocks of `BLOCK` documents where they are many.

    >>> blocks(6, 4), blocks(100, 4), blocks(10_000, 4)
    (6, 16, 625)
    """
    return min(documents, max(4 * actors, -(-documents // BLOCK)))


def _streamed(data: Any) -> Iterator[Mapping[str, Any]]:
    """Rows as they are finished.

    Raises:
        OutputError: Ray raised something, for which it has many kinds.
    """
    rows = iter(data.iter_rows())
    while True:
        try:
            row = next(rows, None)
        except Exception as error:
            cause = getattr(error, "cause", None) or error
            said = str(cause).strip().splitlines()[-1:] or [type(error).__name__]
            raise OutputError(
                f"the work on Ray broke off ({said[0][:300]}); run the same command again: what is finished is kept"
            ) from error
        if row is None:
            return
        yield row


def _input(row: Mapping[str, Any], document: tuple[str, str], work: Work) -> Input:
    address, name = document
    one = Input(Source(Path(address), name), int(row["size"]), str(row["sha256"]), str(row["key"]))
    one.passed_over = str(row["passed_over"])
    problems = tuple((str(a), str(b), str(c)) for a, b, c in json.loads(row["passing"]))
    one.done = (work.find(one.key) if one.key else None) or (None if one.passed_over else Done((), problems))
    return one


def last_changed(address: str) -> float | None:
    """When a file was last changed, seconds since 1970; None where its file system does not tell."""
    try:
        if not is_remote(address):
            return Path(address).stat().st_mtime
        files, path = filesystem(address)
        return float(files.modified(path).timestamp())
    except (OSError, NotImplementedError, AttributeError, KeyError):
        return None


@contextmanager
def fetched(address: str) -> Iterator[Path]:
    """The file at an address as one of this machine."""
    if not is_remote(address):
        yield Path(address)
        return
    files, path = filesystem(address)
    with tempfile.TemporaryDirectory(prefix="scheidslijn-") as folder:
        place = Path(folder) / PurePosixPath(path).name
        try:
            files.get_file(path, str(place))
        except OSError:
            place = Path(folder) / "weg"  # reading says that it does not exist
        yield place
