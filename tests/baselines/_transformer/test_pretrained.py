"""Models are found in a folder, the cache or on the hub, and whole, or named."""

import hashlib
import json
import re
import shutil
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file, save_file
from tiny_bert import tiny_bert, write_tiny_bert

from sklearn_prodemb.baselines._transformer.pretrained import load_pretrained

COMMIT = "c" * 40
FILE = "/{repo_id}/resolve/{revision}/{filename}"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(tiny_bert(), tmp_path / "model"))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def point_to(cache, monkeypatch):
    def point(port):
        url = f"http://127.0.0.1:{port}"
        # What HF_ENDPOINT sets where huggingface_hub is imported.
        for name, value in {
            "constants.ENDPOINT": url,
            "constants.HUGGINGFACE_CO_URL_TEMPLATE": url + FILE,
            "hf_api.api.endpoint": url,
        }.items():
            monkeypatch.setattr(f"huggingface_hub.{name}", value)

    return point


@pytest.fixture
def offline(point_to):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        point_to(closed.getsockname()[1])


class Hub(ThreadingHTTPServer):
    """Serves the files of a folder as the model shop/tiny, and keeps what was asked."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.folder, self.asked = folder, []


class _Answers(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append(self.path)
        parts = self.path.split("?")[0].strip("/").split("/")
        if parts[:2] == ["api", "models"] and parts[2:4] == ["shop", "tiny"]:
            self._answer(self._about(tree="tree" in parts))
        elif parts[:3] == ["shop", "tiny", "resolve"]:
            self._answer((self.server.folder / parts[4]).read_bytes())
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()

    do_GET = do_HEAD

    def _about(self, *, tree):
        files = [(p.name, p.stat().st_size) for p in self.server.folder.iterdir()]
        if tree:
            return json.dumps(
                [
                    {"type": "file", "path": name, "size": size, "oid": name}
                    for name, size in files
                ]
            ).encode()
        siblings = [{"rfilename": name} for name, _ in files]
        return json.dumps(
            {"id": "shop/tiny", "sha": COMMIT, "siblings": siblings}
        ).encode()

    def _answer(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def hub(folder, point_to):
    with Hub(folder) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        point_to(server.server_port)
        yield server
        server.shutdown()


def _same(loaded, folder):
    _, network, _ = loaded
    weights = load_file(folder / "model.safetensors")
    names = [name for name in weights if "pooler" not in name]
    assert not network.training
    return all(
        np.array_equal(network.state_dict()[name].numpy(), weights[name])
        for name in names
    )


def test_a_folder_is_read_without_the_hub(folder, offline, capfd):
    loaded = load_pretrained(str(folder))
    assert loaded[2] is None
    assert _same(loaded, folder)
    assert capfd.readouterr() == ("", "")


def test_a_model_is_downloaded_once(hub, folder, cache, capfd):
    for name in ("pytorch_model.bin", "tf_model.h5", "picture.png"):
        (folder / name).write_bytes(b"not for us")
    loaded = load_pretrained("shop/tiny")
    assert loaded[2] == COMMIT
    assert _same(loaded, folder)
    files = {path.name for path in cache.glob("**/snapshots/*/*")}
    assert "model.safetensors" in files
    assert not files & {"pytorch_model.bin", "tf_model.h5", "picture.png"}
    hub.asked.clear()
    for revision in (None, COMMIT):
        again = load_pretrained("shop/tiny", revision, local_files_only=True)
        assert again[2] == COMMIT
        assert load_pretrained("shop/tiny", revision)[2] == COMMIT
    assert not hub.asked
    assert capfd.readouterr() == ("", "")


def test_weights_of_torch_are_taken_where_there_are_no_others(hub, folder, cache):
    network = transformers.AutoModel.from_pretrained(folder)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").rename(cache.parent / "model.safetensors")
    assert _same(load_pretrained("shop/tiny"), cache.parent)


def test_what_the_cache_lacks_is_downloaded(hub, folder, cache):
    huggingface_hub.snapshot_download("shop/tiny", allow_patterns=["config.json"])
    with pytest.raises(OSError, match=r"cccc' holds no model .*model\.safetensors"):
        load_pretrained("shop/tiny", local_files_only=True)
    assert _same(load_pretrained("shop/tiny"), folder)


def test_an_unknown_model_is_named(hub):
    with pytest.raises(OSError, match=r"neither a folder 'shop/other' .* Not Found"):
        load_pretrained("shop/other")
    assert len(hub.asked) == 1


def test_a_machine_without_network_asks_once(offline):
    message = "folder 'shop/tiny' .*downloading it failed.*hf download shop/tiny --loc"
    with pytest.raises(OSError, match=message):
        load_pretrained("shop/tiny")


def test_what_may_not_be_downloaded_is_not_asked_for(hub):
    message = "folder 'shop/tiny' .*=True forbids to download.*hf download shop/tiny` o"
    with pytest.raises(OSError, match=message):
        load_pretrained("shop/tiny", local_files_only=True)
    with pytest.raises(OSError, match=r"model 'shop/tiny' \(revision cccc"):
        load_pretrained("shop/tiny", COMMIT, local_files_only=True)
    assert not hub.asked


@pytest.mark.parametrize("name", ["/no/such/folder", "./folder", "", "~", "a/b/c"])
def test_what_can_be_no_name_is_not_asked_for(name, hub):
    with pytest.raises(OSError, match=f"no folder '{name}', and the name cannot be"):
        load_pretrained(name)
    assert not hub.asked


def _truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _without_a_layer(folder):
    weights = load_file(folder / "model.safetensors")
    kept = {k: v for k, v in weights.items() if "layer.1" not in k}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def _without_tokenizer(folder):
    for name in ("vocab.txt", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink(missing_ok=True)


BROKEN = {
    "no config": (lambda f: (f / "config.json").unlink(), "model_type"),
    "no weights": (lambda f: (f / "model.safetensors").unlink(), "no file named model"),
    "half the config": (lambda f: _truncate(f / "config.json"), "not a valid JSON"),
    "half the weights": (lambda f: _truncate(f / "model.safetensors"), "deserializing"),
    "half the tokenizer": (
        lambda f: _truncate(f / "tokenizer.json"),
        r"line \d+",
    ),
    "another kind": (lambda f: _edit(f / "config.json", model_type="x"), "type `x`"),
    "another size": (lambda f: _edit(f / "config.json", hidden_size=32), "mismatch"),
    "a layer less": (_without_a_layer, r"16 of its weights are missing, as encoder"),
    "no tokenizer": (_without_tokenizer, "its tokenizer has no vocabulary"),
    "an empty folder": (lambda f: [p.unlink() for p in f.iterdir()], "tokenizer"),
    "a tokenizer too large": (
        lambda f: write_tiny_bert(f, vocab_size=20),
        "its tokenizer has 87 tokens, but its weights know 20",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_folder_is_named(kind, folder, capfd):
    breaks, message = BROKEN[kind]
    breaks(folder)
    capfd.readouterr()
    with pytest.raises(OSError, match="holds no model that can be used") as caught:
        load_pretrained(str(folder))
    assert repr(str(folder)) in str(caught.value)
    assert re.search(message, str(caught.value))
    assert capfd.readouterr() == ("", "")


def test_code_of_a_model_is_not_run(folder):
    own = {"AutoConfig": "own.Own", "AutoModel": "own.Own"}
    _edit(folder / "config.json", model_type="own", auto_map=own)
    (folder / "own.py").write_text("raise SystemExit")
    with pytest.raises(OSError, match="contains custom code"):
        load_pretrained(str(folder))


def test_settings_of_transformers_stay_as_they_were(folder, offline):
    logging = transformers.utils.logging

    def settings():
        return logging.get_verbosity(), logging.is_progress_bar_enabled()

    before = settings()
    assert before == (logging.WARNING, True)
    load_pretrained(str(folder))
    with pytest.raises(OSError, match="neither"):
        load_pretrained("shop/tiny")
    assert settings() == before


def test_without_transformers_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"Embedder needs .*\[transformers\]"):
        load_pretrained(str(folder))
