"""Where it comes from: split, data, how it was made, how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheidslijn.training.card.text import table


def split(facts: Mapping[str, Any]) -> str:
    """Which documents were kept apart, and how often they were looked at."""
    own = facts.get("split")
    if not own:
        return ""
    times = {0: "never opened", 1: "opened once"}.get(own.get("openings", 0), f"opened {own.get('openings')} times")
    head = f" (last entry of the log `{own['openings_head'][:16]}…`)" if own.get("openings") else ""
    return f"""## Split

Split by document `{own["name"]}`, sha256 `{own["sha256"]}`. When this card was made its test documents had been
{times}{head}; every opening is logged beside the split file."""


def data(facts: Mapping[str, Any]) -> str:
    """What was learned from, and how to cite the model."""
    notes = facts.get("notes", {})
    rows = [[f"`{name}`", f"`{own[:16]}…`"] for name, own in facts.get("data", {}).items()]
    parts = ["## Data and citation", notes.get("data", "")]
    if rows:
        parts += [table(["file", "sha256"], rows), "No text of these sources is in this folder."]
    own = f"{facts['name']}, a model for codebook {facts['codebook']}, made with Scheidslijn"
    cite = notes.get("citation") or (f"{own} from {facts['base']}" if "base" in facts else own)
    parts.append(f"Cite this model as: {cite}. Name its version, which stands in the column `model` of every table.")
    return "\n\n".join(part for part in parts if part)


def how_made(facts: Mapping[str, Any]) -> str:
    """Command, recipe, seeds, versions and the files of the folder."""
    text = f"`{facts['command']}` with the recipe in `model.toml`" if "command" in facts else "The recipe: `model.toml`"
    seed = facts.get("recipe", {}).get("data", {}).get("seed")
    text += f", seed {seed}." if seed is not None else "."
    if facts.get("packages"):
        text += " Made with " + ", ".join(f"{name} {version}" for name, version in facts["packages"].items()) + "."
    holds = {
        "encoder": "`encoder/` loads with `AutoModel`, `heads.safetensors` holds the heads, `model.int8.onnx` is what\n"
                   "labels", "tfidf": "`tfidf.*` is the TF-IDF labeller",
    }  # fmt: skip
    files = [words for name, words in holds.items() if name in facts]
    files.append(
        "`model.toml` holds calibration, thresholds, scores\nand the SHA-256 of every file, which loading verifies"
    )
    return f"## How it was made\n\n{text}\nFolder: {', '.join(files)}."
