"""A loopback HTTP server in the layout of the Hugging Face Hub, for the real client.

    from hub_server import HubServer, hub_fixture  # noqa: F401

    def test_download(hub: HubServer, tiny_model: Callable[..., Path]) -> None:
        commit = hub.add("me/bart", tiny_model("bart"))
        ...  # summarize.models.weights now asks `hub`

It answers what the client asks for to download a model (paths, headers and error
codes as on huggingface.co, redirect of large files included), keeps a list of the
requests, and can be made to fail. It knows nothing of `summarize`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LARGE = ".safetensors"


@dataclass
class Repository:
    """Files by commit, commits by branch or tag."""

    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    gated: bool = False

    def commit(self, revision: str) -> str | None:
        return revision if revision in self.commits else self.refs.get(revision)


class HubServer:
    """The server; `requests` holds (method, path) of everything asked so far.

    `cut_after` ends the connection after so many bytes of a large file: the first
    answer for it in full speed, later ones at once, until it is None again.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.requests: list[tuple[str, str]] = []
        self.cut_after: int | None = None
        self.status: int | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.hub = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{port}"
        self.cdn = f"http://localhost:{port}"  # another host: the client follows its own itself

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(
        self,
        name: str,
        directory: str | Path | dict[str, bytes],
        *,
        revision: str = "main",
        gated: bool = False,
    ) -> str:
        """Serve `directory` (or files by name) as `name` at `revision`; returns its commit."""
        files = directory if isinstance(directory, dict) else _read(Path(directory))
        repository = self.repositories.setdefault(name, Repository())
        digest = hashlib.sha1(f"{name} {revision}".encode())
        for file in sorted(files):
            digest.update(file.encode() + files[file])
        commit = digest.hexdigest()
        repository.commits[commit] = files
        repository.refs[revision] = commit
        repository.gated = gated
        return commit

    def downloads(self) -> list[str]:
        """The names of the files that were fetched (not only asked about), in order."""
        return [
            unquote(path).rsplit("/", 1)[1]
            for method, path in self.requests
            if method == "GET" and ("/resolve/" in path or path.startswith("/cdn/"))
        ]


def _read(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> HubServer:
        return self.server.hub  # type: ignore[attr-defined,no-any-return]

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        self.hub.requests.append((self.command, self.path))
        if self.hub.status is not None:
            self._error(self.hub.status, "", "the Hub is down")
        elif path.startswith("/api/models/"):
            self._api(path.removeprefix("/api/models/"))
        elif path.startswith("/cdn/"):
            name, commit, file = _split(path.removeprefix("/cdn/"), "/at/")
            self._send_file(self.hub.repositories[name].commits[commit][file])
        elif "/resolve/" in path:
            self._resolve(path.removeprefix("/"))
        else:
            self._error(404, "EntryNotFound", "Not Found")

    def _find(self, name: str, revision: str) -> tuple[Repository, str] | None:
        repository = self.hub.repositories.get(name)
        if repository is None:
            self._error(401, "RepoNotFound", "Repository not found")
            return None
        commit = repository.commit(revision)
        if commit is None:
            self._error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return repository, commit

    def _api(self, rest: str) -> None:
        name, kind, revision = rest, "revision", "main"
        for part in ("revision", "tree"):
            if f"/{part}/" in rest:
                name, revision = rest.split(f"/{part}/", 1)
                kind = part
        found = self._find(name, unquote(revision))
        if found is None:
            return
        repository, commit = found
        files = repository.commits[commit]
        if kind == "tree":
            self._send_json([_tree_entry(path, content) for path, content in files.items()])
            return
        self._send_json(
            {
                "id": name,
                "modelId": name,
                "sha": commit,
                "private": False,
                "gated": "manual" if repository.gated else False,
                "disabled": False,
                "tags": [],
                "siblings": [{"rfilename": path} for path in files],
            }
        )

    def _resolve(self, rest: str) -> None:
        name, revision, file = _split(rest, "/resolve/")
        found = self._find(name, revision)
        if found is None:
            return
        repository, commit = found
        content = repository.commits[commit].get(file)
        if repository.gated and "Authorization" not in self.headers:
            self._error(401, "GatedRepo", f"Access to model {name} is restricted.")
        elif content is None:
            self._error(404, "EntryNotFound", "Entry not found")
        elif file.endswith(LARGE):
            self.send_response(302)
            self.send_header("Location", f"{self.hub.cdn}/cdn/{name}/at/{commit}/{file}")
            self.send_header("X-Repo-Commit", commit)
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("X-Linked-ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send_file(content, commit)

    def _send_file(self, content: bytes, commit: str | None = None) -> None:
        start = 0
        if span := self.headers.get("Range"):
            start = int(span.removeprefix("bytes=").split("-")[0])
        self.send_response(206 if span else 200)
        if span:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if commit:
            self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.command == "HEAD":
            return
        end = len(content) if commit or self.hub.cut_after is None else self.hub.cut_after
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(content[start:end])
        self.close_connection = self.close_connection or end < len(content)

    def _send_json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _error(self, status: int, code: str, message: str) -> None:
        body = json.dumps({"error": message}).encode()
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", message)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _split(path: str, between: str) -> tuple[str, str, str]:
    """Repository, revision and file of ".../<repository><between><revision>/<file>"."""
    name, rest = path.split(between, 1)
    revision, file = rest.split("/", 1)
    return name, unquote(revision), unquote(file)


def _tree_entry(path: str, content: bytes) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": "file",
        "path": path,
        "size": len(content),
        "oid": hashlib.sha1(content).hexdigest(),
    }
    if path.endswith(LARGE):
        digest = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": digest, "size": len(content), "pointerSize": 134}
    return entry


@pytest.fixture(name="hub")
def hub_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A running server that the Hub client asks, with an empty cache and no token."""
    from huggingface_hub import close_session, constants

    server = HubServer()
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    server.start()
    yield server
    server.stop()
    close_session()
