"""A BERT of two layers with random weights, in a folder as `save_pretrained` writes."""

import atexit
import functools
import string
import tempfile
from pathlib import Path

import torch
from small import WORDS
from transformers import BertConfig, BertModel, BertTokenizer


@functools.cache
def tiny_bert():
    """Give a folder with the model, which is there until the tests end."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return write_tiny_bert(Path(folder.name))


def write_tiny_bert(folder, *, seed=0, **config):
    """Write the model to a folder and give the folder as str."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [*string.ascii_lowercase, *string.digits]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join([*pieces, *(f"##{c}" for c in letters)]) + "\n")
    tokenizer = BertTokenizer(str(vocabulary), model_max_length=128)
    defaults = {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 128,
        # Weights of the usual size, 0.02, would make all titles nearly equal.
        "initializer_range": 0.2,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertModel(BertConfig(**(defaults | config)))
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return str(folder)
