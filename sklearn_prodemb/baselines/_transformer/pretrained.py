"""A pretrained model of Hugging Face: found or downloaded, read and checked."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..._utils.optional import require

_SECONDS_TO_ANSWER = 10
# What is silenced while a model is read belongs to the whole process.
_LOCK = threading.Lock()


def load_pretrained(
    model: str, revision: str | None = None, *, local_files_only: bool = False
) -> tuple[Any, Any, str | None]:
    """Load a model and its tokenizer.

    A folder and what is in the cache are read without asking the hub.

    Parameters
    ----------
    model : str
        A folder that `save_pretrained` wrote, or a name on the Hugging Face hub.
    revision : str or None, default=None
        The commit on the hub; None is the newest, or the one that is in the cache.
    local_files_only : bool, default=False
        Whether nothing may be downloaded.

    Returns
    -------
    tokenizer : PreTrainedTokenizer
        The tokenizer.
    network : PreTrainedModel
        The model in evaluation mode, float32, on the CPU.
    revision : str or None
        The commit that was loaded; None for a folder.

    Raises
    ------
    ImportError
        If transformers is not installed.
    OSError
        If the model cannot be found, downloaded or read, or lacks weights or a
        vocabulary.
    """
    require("transformers", extra="transformers", what="TransformerEmbedder")
    with _LOCK, _silence():
        if os.path.isdir(model):
            return *_read(model), None
        _check_name(model)
        folder = _cached(model, revision)
        if folder is not None:
            try:
                return *_read(folder), Path(folder).name
            except OSError:
                # Tools fetch the files they need, which may not be all of them.
                if local_files_only:
                    raise
        folder = _downloaded(model, revision, local_files_only)
        return *_read(folder), Path(folder).name


def _check_name(model: str) -> None:
    from huggingface_hub.utils import HFValidationError, validate_repo_id

    try:
        validate_repo_id(model)
    except HFValidationError as error:
        raise OSError(
            f"There is no folder {model!r}, and the name cannot be one on the Hugging "
            f"Face hub. Give the folder that holds config.json, weights and tokenizer."
        ) from error


def _cached(model: str, revision: str | None) -> str | None:
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(model, "config.json", revision=revision)
    return os.path.dirname(config) if isinstance(config, str) else None


def _downloaded(model: str, revision: str | None, local_files_only: bool) -> str:
    import huggingface_hub
    from huggingface_hub import model_info, snapshot_download

    which = repr(model) if revision is None else f"{model!r} (revision {revision})"
    absent = (
        f"There is neither a folder {model!r} nor, in "
        f"{huggingface_hub.constants.HF_HUB_CACHE}, a complete model {which}"
    )
    if local_files_only:
        raise OSError(
            f"{absent}, and local_files_only=True forbids to download it. Give the "
            f"path of a folder, or run `hf download {model}` once."
        )
    try:
        # This asks once, where a download would try again for minutes.
        info = model_info(model, revision=revision, timeout=_SECONDS_TO_ANSWER)
        files = _needed([s.rfilename for s in info.siblings or []])
        return snapshot_download(model, revision=revision, allow_patterns=files)
    except Exception as error:
        raise OSError(
            f"{absent}, and downloading it failed: {_one_line(error)}. Check the name "
            f"and the connection; if there is none, run `hf download {model} "
            f"--local-dir FOLDER` on a machine that has one, copy the folder and give "
            f"its path."
        ) from error


def _needed(files: list[str]) -> list[str]:
    """Leave out the weights of other frameworks and of further formats."""
    files = [name for name in files if "/" not in name]
    weights = [name for name in files if name.endswith(".safetensors")]
    weights = weights or [name for name in files if name.startswith("pytorch_model")]
    return weights + [n for n in files if n.endswith((".json", ".txt", ".model"))]


def _read(folder: str) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    options = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **options)
        network, report = AutoModel.from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True, **options
        )
        _check(tokenizer, network, report["missing_keys"])
    except Exception as error:
        raise OSError(
            f"The folder {folder!r} holds no model that can be used: "
            f"{_one_line(error)}. It must hold the model's config.json, weights "
            f"(model.safetensors) and tokenizer, as save_pretrained of both writes "
            f"them or `hf download` fetches them."
        ) from error
    return tokenizer, network.eval()


def _check(tokenizer: Any, network: Any, missing_keys: Any) -> None:
    # transformers draws missing weights at random, and makes up a vocabulary of the
    # special tokens. The pooler comes after the last hidden state: it is not used.
    missing = sorted(key for key in missing_keys if "pooler" not in key)
    if missing:
        raise ValueError(f"{len(missing)} of its weights are missing, as {missing[0]}")
    if len(tokenizer) <= len(set(tokenizer.all_special_ids)):
        raise ValueError("its tokenizer has no vocabulary")
    n_rows = getattr(network.config, "vocab_size", None)
    if n_rows is not None and len(tokenizer) > n_rows:
        raise ValueError(
            f"its tokenizer has {len(tokenizer)} tokens, but its weights know {n_rows}"
        )


def _one_line(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".")


@contextmanager
def _silence() -> Iterator[None]:
    """Keep progress bars and reports of unused weights off the screen."""
    from huggingface_hub import constants
    from huggingface_hub.utils import logging as hub
    from transformers.utils import logging

    levels = logging.get_verbosity(), hub.get_verbosity()
    # Where the environment asks for bars, they cannot be turned off.
    asked_for = constants.HF_HUB_DISABLE_PROGRESS_BARS is False
    bars = logging.is_progress_bar_enabled() and not asked_for
    logging.set_verbosity_error()
    hub.set_verbosity_error()
    if bars:
        logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(levels[0])
        hub.set_verbosity(levels[1])
        if bars:
            logging.enable_progress_bar()
