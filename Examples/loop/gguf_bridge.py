#!/usr/bin/env python3
"""Takes a net of Llama's shape from GGUF to the files trainers read, and its trained weights back.

    python3 gguf_bridge.py unpack MODEL.gguf FOLDER          FOLDER gets config.json, tokenizer files, model.safetensors (fp32)
    python3 gguf_bridge.py pack MODEL.gguf FOLDER OUT.gguf   OUT.gguf is MODEL.gguf with the weights of FOLDER (8 bits)

GGUF keeps the two halves that rotary embedding turns together side by side, transformers one after the other: query and key
weights change places on both ways. The tokenizer, the template and all other facts of the base file stay as they are.
"""

import glob
import json
import os
import re
import sys

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType
from gguf.quants import dequantize, quantize
from safetensors.numpy import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
INSIDE = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}
# Kinds of tokens in GGUF that are no text: control and user-defined.
SPECIAL_TOKENS = (3, 4)


class Base:
    """A GGUF file, and what its tensors are called elsewhere."""

    def __init__(self, path):
        self.reader = GGUFReader(path)
        if self.fact("general.architecture") != "llama":
            sys.exit(f"gguf_bridge.py: '{path}' is no net of Llama's shape")

    def fact(self, key, otherwise=None):
        field = self.reader.fields.get(key)
        return otherwise if field is None else field.contents()

    def names(self, tensor):
        """The tensor's name in transformers, and how many heads have to be rearranged in it (0: none)."""
        if tensor.name in OUTSIDE:
            return OUTSIDE[tensor.name], 0
        layer, part = re.fullmatch(r"blk\.(\d+)\.(\w+)\.weight", tensor.name).groups()
        heads = {"attn_q": "llama.attention.head_count", "attn_k": "llama.attention.head_count_kv"}.get(part)
        return f"model.layers.{layer}.{INSIDE[part]}.weight", self.fact(heads) if heads else 0


def swapped(weights, heads, pairs_first):
    """Rows of each head from (pair, half) to (half, pair), or back."""
    if heads == 0:
        return weights
    half = weights.shape[0] // heads // 2
    shape = (heads, 2, half) if pairs_first else (heads, half, 2)
    return weights.reshape(*shape, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def unpack(source, folder):
    base = Base(source)
    os.makedirs(folder, exist_ok=True)
    weights = {}
    for tensor in base.reader.tensors:
        name, heads = base.names(tensor)
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        weights[name] = np.ascontiguousarray(swapped(values, heads, pairs_first=False))
    save_file(weights, f"{folder}/model.safetensors", metadata={"format": "pt"})

    tokens = base.fact("tokenizer.ggml.tokens")
    end = base.fact("tokenizer.ggml.eos_token_id")
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float32", "hidden_act": "silu",
        "hidden_size": base.fact("llama.embedding_length"), "intermediate_size": base.fact("llama.feed_forward_length"),
        "num_hidden_layers": base.fact("llama.block_count"), "num_attention_heads": base.fact("llama.attention.head_count"),
        "num_key_value_heads": base.fact("llama.attention.head_count_kv"),
        "rms_norm_eps": float(base.fact("llama.attention.layer_norm_rms_epsilon")),
        "rope_theta": float(base.fact("llama.rope.freq_base", 10000)),
        "max_position_embeddings": base.fact("llama.context_length"), "vocab_size": len(tokens),
        "tie_word_embeddings": "lm_head.weight" not in weights, "attention_bias": False, "mlp_bias": False,
        "bos_token_id": base.fact("tokenizer.ggml.bos_token_id"), "eos_token_id": end,
        "pad_token_id": base.fact("tokenizer.ggml.padding_token_id", end),
    }
    write_json(f"{folder}/config.json", config)

    merges = [tuple(merge.split(" ")) for merge in base.fact("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    kinds = base.fact("tokenizer.ggml.token_type")
    tokenizer.add_special_tokens([
        AddedToken(token, special=True, normalized=False) for token, kind in zip(tokens, kinds) if kind in SPECIAL_TOKENS])
    tokenizer.save(f"{folder}/tokenizer.json")
    write_json(f"{folder}/tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "chat_template": base.fact("tokenizer.chat_template"),
        "bos_token": tokens[config["bos_token_id"]], "eos_token": tokens[end], "pad_token": tokens[config["pad_token_id"]],
        "model_max_length": config["max_position_embeddings"], "clean_up_tokenization_spaces": False})


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def pack(source, folder, target):
    base = Base(source)
    weights = {}
    for path in sorted(glob.glob(f"{folder}/*.safetensors")):
        weights.update(load_file(path))
    writer = GGUFWriter(target, "llama")
    for key, field in base.reader.fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type", "general.quantization_version"):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), kind, sub_type=inner)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    for tensor in base.reader.tensors:
        name, heads = base.names(tensor)
        values = swapped(weights[name].astype(np.float32), heads, pairs_first=True)
        if values.ndim == 1:
            writer.add_tensor(tensor.name, values)
        else:
            writer.add_tensor(tensor.name, quantize(values, GGMLQuantizationType.Q8_0), raw_dtype=GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["unpack", source, folder]:
            unpack(source, folder)
        case ["pack", source, folder, target]:
            pack(source, folder, target)
        case _:
            sys.exit(__doc__)
