"""The same run on Ray Data (extra `ray`): documents are read and labelled by actors, wherever a cluster has room.

An actor fetches a document through fsspec, works on it as one machine does, and keeps its finished work in a store that
all machines reach. What a lost machine had not finished is done again elsewhere; the rest is taken over. Assembly is
that of `assemble`, so the output is the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from scheidslijn.batch.pool import Here, Recipe
from scheidslijn.batch.run import Input, run_inputs
from scheidslijn.batch.store import filesystem, is_remote, open_store
from scheidslijn.batch.telling import Telling
from scheidslijn.batch.work import Done, Work, document_key
from scheidslijn.errors import OutputError
from scheidslijn.onefile import Limits
from scheidslijn.sources import Source, walk


def find_inputs(inputs: Sequence[str]) -> list[tuple[str, str]]:
    """Address and name of every document, as `sources.walk` orders and names those of this machine.

    Args:
        inputs: paths of this machine, which all machines must see under the same name, or fsspec addresses.
    """
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
    """An actor: it loads the labeller once, and then works on one document after the other."""

    def __init__(
        self, recipe: dict[str, Any], store: str, facts: dict[str, Any], limits: dict[str, Any], ocr: bool
    ) -> None:
        self._labeller = Recipe(**recipe).load(threads=1)
        self._work = Work(open_store(store), facts)
        self._limits, self._ocr = Limits(**limits), ocr

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Work on the document in `address` and `name`; return it with its hash, size and key."""
        told: list[str] = []
        with fetched(row["address"]) as path:
            one = known_input(path, row["name"], self._work)
            if one.done is None:
                pool, telling = Here(self._labeller, self._work), Telling(told.append, live=False)
                run_inputs([one], self._work, pool, self._limits, telling, ocr=self._ocr)
        done = one.done or Done()
        kept = bool(one.key) and self._work.find(one.key) is not None
        passing = [] if kept else [list(problem) for problem in done.problems]
        return {**row, "sha256": one.sha256, "size": one.size, "key": one.key, "passing": passing}


def known_input(path: Path, name: str, work: Work) -> Input:
    """An input with its content hash, and what is known of it."""
    one = Input(Source(path, name))
    try:
        content = path.read_bytes()
    except OSError:
        return one
    one.sha256, one.size = hashlib.sha256(content).hexdigest(), len(content)
    one.key = document_key(work.run, name, one.sha256)
    one.done = work.find(one.key)
    return one


def run_on_ray(
    documents: Sequence[tuple[str, str]], recipe: Recipe, work: Work, limits: Limits, *,
    address: str = "", ocr: bool = True, workers: int | None = None,
) -> list[Input]:  # fmt: skip
    """Work on all documents on a Ray cluster; return the inputs, in order, with what became of them.

    Args:
        documents: address and name, see `find_inputs`.
        work: begun; its store must be one that all machines reach.
        address: of a running cluster; "" starts Ray on this machine, or joins where this process already did.
        workers: actors at most; None takes the processors of the cluster.

    Raises:
        OutputError: Ray is not installed, or the cluster cannot be reached.
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
    most = workers or max(1, int(_resources(ray).get("CPU", 1)))
    made = (asdict(recipe), work.store.root, work.facts, asdict(limits), ocr)
    rows = [{"number": at, "address": a, "name": n} for at, (a, n) in enumerate(documents)]
    # blocks are made here and not by a task of their own, for which a cluster of one processor would have no room
    data: Any = ray.data.from_items(rows, override_num_blocks=min(len(rows), 4 * most))
    data = data.map(
        Documents, fn_constructor_args=made, compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        num_cpus=1, max_restarts=-1, max_task_retries=-1,
    )  # fmt: skip
    return list(_inputs(sorted(data.take_all(), key=lambda row: int(row["number"])), work))


def _resources(ray: Any) -> dict[str, float]:
    return dict(ray.cluster_resources())


def _inputs(rows: Iterable[dict[str, Any]], work: Work) -> Iterator[Input]:
    for row in rows:
        one = Input(Source(Path(row["address"]), row["name"]), int(row["size"]), row["sha256"], row["key"])
        problems = tuple((str(a), str(b), str(c)) for a, b, c in row["passing"])
        one.done = (work.find(one.key) if one.key else None) or Done((), problems)
        yield one


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
