"""Writes the practice model as GGUF, so that a llama.cpp server can serve it too (needs the package `gguf`).

python tools/tutorial/make_gguf.py docs/tutorial/oefenmodel oefenmodel.gguf
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
}  # fmt: skip


def turned(weights: Any, heads: int) -> Any:
    """Rows of a head in pairs: llama.cpp turns neighbours, transformers turns halves (its own `convert_hf_to_gguf`)."""
    size = weights.shape[0]
    return weights.reshape(heads, 2, size // heads // 2, -1).swapaxes(1, 2).reshape(size, -1)


def write_gguf(folder: Path, out: Path) -> None:
    """Convert a Llama with a byte-level tokenizer; weights as 32-bit floats."""
    import gguf

    config = json.loads((folder / "config.json").read_text("utf-8"))
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    template = (folder / "chat_template.jinja").read_text("utf-8")
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_name(folder.name)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    pieces = {number: piece for piece, number in tokenizer["model"]["vocab"].items()}
    special = {one["id"] for one in tokenizer["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([pieces[number] for number in range(config["vocab_size"])])
    kinds = [gguf.TokenType.CONTROL if number in special else gguf.TokenType.NORMAL for number in sorted(pieces)]
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(template)
    for name, weights in load_file(folder / "model.safetensors").items():
        weights = weights.astype(np.float32)
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            weights = turned(weights, config["num_attention_heads"])
        writer.add_tensor(gguf_name(name), weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str) -> str:
    """What llama.cpp calls a weight of transformers.

    >>> gguf_name("model.layers.2.mlp.up_proj.weight")
    'blk.2.ffn_up.weight'
    """
    whole = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if name in whole:
        return whole[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"


if __name__ == "__main__":
    write_gguf(Path(sys.argv[1]), Path(sys.argv[2]))
