"""A server on loopback that speaks the Messages API, for tests under the real SDK.

Without a script it fills whatever the request's schema asks for, from the words of the paragraph. A script is a list of
replies that are used up first; batches are worked off when the test says so.

`python -m tests.messages_server [PORT [SECONDS]]` runs it, with so many seconds between the pieces of a stream.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

_MATERIAL = re.compile(r"<(material-[0-9a-f]+)>\n(.*?)\n</\1>", re.DOTALL)


@dataclass
class Reply:
    """What the server does with one request."""

    path: str = "/v1/messages"
    status: int = 200
    text: str | None = None
    """The text block; None for what the schema asks for."""
    stop_reason: str = "end_turn"
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "no"
    cut: bool = False
    """Close the line in the middle of the answer."""
    until: threading.Event | None = None
    """Answer only when this is set."""
    halfway: threading.Event | None = None
    """Stream half of the answer, and the rest when this is set."""
    raw: tuple[str, bytes] | None = None
    """A content type and a body that are sent as they are."""
    usage: Mapping[str, Any] = field(default_factory=lambda: {"input_tokens": 100, "output_tokens": 50})


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: Any


class MessagesServer:
    """`with MessagesServer() as server`: it listens at `server.url` on a free port."""

    def __init__(self, port: int = 0, pace_seconds: float = 0.0) -> None:
        self.pace_seconds = pace_seconds
        self.received: list[Received] = []
        self.script: deque[Reply] = deque()
        self.batches: dict[str, dict[str, Any]] = {}
        self.outcomes: dict[str, str] = {}
        """custom_id to errored or expired."""
        self.lose_create_answer = False
        self.log: Path | None = None
        self.most_at_once = 0
        self.count_tokens = True
        self._at_once = 0
        self._lock = threading.Condition()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for reply in self.script:
            for held in (reply.until, reply.halfway):
                if held:
                    held.set()
        self._server.shutdown()
        self._server.server_close()

    def asked(self, path: str = "/v1/messages") -> list[Any]:
        """The bodies of the requests to a path, in the order in which they came."""
        with self._lock:
            return [one.body for one in self.received if one.path == path]

    def wait_for(self, number: int, path: str = "/v1/messages") -> None:
        """Until so many requests have come to a path."""
        with self._lock:
            came = self._lock.wait_for(lambda: sum(one.path == path for one in self.received) >= number, 240)
        assert came, f"{number} requests to {path} did not come"

    def end_batches(self) -> None:
        """Let every batch end."""
        for batch in self.batches.values():
            batch["ended"] = True

    # --- for the handler ---------------------------------------------------------------------------------------

    def note(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            if self.log and received.path == "/v1/messages":
                with self.log.open("a") as log:
                    log.write("asked\n")
            self._lock.notify_all()
            if self.script and received.path == self.script[0].path:
                return self.script.popleft()
            return Reply()

    def begin(self) -> None:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def end(self) -> None:
        with self._lock:
            self._at_once -= 1


def message(body: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    """The API's message in answer to a request."""
    text = fill(body) if reply.text is None else reply.text
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"],
        "content": [{"type": "thinking", "thinking": "Let me see.", "signature": "s"}, {"type": "text", "text": text}],
        "stop_reason": reply.stop_reason, "stop_sequence": None, "usage": dict(reply.usage),
    }  # fmt: skip


def material(body: Mapping[str, Any]) -> str:
    """The paragraph that a request is about: that of the last turn which has one, for the others may be examples."""
    asked = [turn["content"] for turn in body["messages"] if turn["role"] == "user"]
    return next((found[2] for turn in reversed(asked) if (found := _MATERIAL.search(turn))), "nothing")


def fill(body: Mapping[str, Any]) -> str:
    """JSON for every kind that is asked for, with a quotation from the material."""
    words = material(body).split()
    schema = body.get("output_config", {}).get("format", {}).get("schema", {"required": ["question"]})
    quote = " ".join(words[:2])
    point = " ".join(words[2:5])
    said = f"Что стоит за словами {point}." if re.search("[а-я]", quote) else f"What stands behind {point}."
    item = {"quote": quote, "text": said, "answer": "так / не так" if said.startswith("Что") else "so / not so"}
    return json.dumps({kind: [item] for kind in schema["required"]}, ensure_ascii=False)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that was killed, or hung up
            raise


def _handler(server: MessagesServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or every answer waits 40 ms for an acknowledgement

        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            if len(raw) < int(self.headers["content-length"]):  # whoever asked was killed
                return
            body = json.loads(raw)
            path = self.path.split("?")[0]
            reply = server.note(Received(path, dict(self.headers), body))
            server.begin()
            try:
                if path == "/v1/messages/batches":
                    self._create(body, reply)
                    return
                if reply.until:
                    reply.until.wait(60)
                if reply.raw:
                    self._raw(reply.raw[1], reply.raw[0])
                elif path == "/v1/messages/count_tokens":
                    if server.count_tokens:
                        self._send({"input_tokens": len(json.dumps(body)) // 4})
                    else:
                        self._send({"type": "error", "error": {"type": "not_found_error", "message": "?"}}, 404)
                elif reply.status != 200:
                    error = {"type": "error", "error": {"type": "api_error", "message": reply.message}}
                    self._send(error, reply.status, reply.headers)
                elif body.get("stream"):
                    self._stream(message(body, reply), reply)
                else:
                    time.sleep(10 * server.pace_seconds)
                    self._send(message(body, reply), cut=reply.cut)
            finally:
                server.end()

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            reply = server.note(Received(path, dict(self.headers), None))
            if reply.until:
                reply.until.wait(60)
            batch_id = path.removeprefix("/v1/messages/batches").strip("/").removesuffix("/results")
            if reply.status != 200:
                self._send({"type": "error", "error": {"message": reply.message}}, reply.status, reply.headers)
            elif reply.raw:
                self._raw(reply.raw[1], reply.raw[0])
            elif path == "/v1/messages/batches":
                data = [self._batch(batch) for batch in reversed(server.batches.values())]
                self._send({"data": data, "has_more": False, "first_id": None, "last_id": None})
            elif path.endswith("/results"):
                lines = [json.dumps(outcome(server, one)) for one in reversed(server.batches[batch_id]["requests"])]
                self._raw(("\n".join(lines) + "\n").encode(), "application/x-jsonl")
            elif batch_id in server.batches:
                self._send(self._batch(server.batches[batch_id]))
            else:
                self._send({"type": "error", "error": {"type": "not_found_error", "message": "no such batch"}}, 404)

        def _create(self, body: Mapping[str, Any], reply: Reply) -> None:
            batch_id = f"msgbatch_{len(server.batches) + 1}"
            created = datetime.now(UTC).isoformat()
            server.batches[batch_id] = {"id": batch_id, "at": created, "requests": body["requests"], "ended": False}
            if reply.until:
                reply.until.wait(60)
            if reply.raw:
                self._raw(reply.raw[1], reply.raw[0])
            elif server.lose_create_answer:
                self.close_connection = True
                self.connection.close()
            elif batch_id in server.batches:
                self._send(self._batch(server.batches[batch_id]))
            else:
                self._send({"type": "error", "error": {"type": "not_found_error", "message": "no such batch"}}, 404)

        def _batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
            size = len(batch["requests"])
            counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
            counts["succeeded" if batch["ended"] else "processing"] = size
            return {
                "id": batch["id"], "type": "message_batch", "created_at": batch["at"], "expires_at": batch["at"],
                "processing_status": "ended" if batch["ended"] else "in_progress", "request_counts": counts,
                "archived_at": batch.get("archived_at"),
                "results_url": f"{server.url}/v1/messages/batches/{batch['id']}/results" if batch["ended"] else None,
            }  # fmt: skip

        def _stream(self, said: dict[str, Any], reply: Reply) -> None:
            text = said["content"][1]["text"]
            start = {**said, "content": [], "stop_reason": None}
            pieces = [text[at : at + 16] for at in range(0, len(text), 16)]
            events: list[dict[str, Any]] = [
                {"type": "message_start", "message": start},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
                  for piece in pieces),
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": said["stop_reason"], "stop_sequence": None},
                 "usage": said["usage"]},
                {"type": "message_stop"},
            ]  # fmt: skip
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            self.close_connection = True
            for n, event in enumerate(events[: len(events) // 2 if reply.cut else None]):
                if reply.halfway and n == len(events) // 2:
                    reply.halfway.wait(60)
                time.sleep(server.pace_seconds)
                self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()

        def _send(
            self, body: object, status: int = 200, headers: Mapping[str, str] | None = None, *, cut: bool = False
        ) -> None:
            self._raw(json.dumps(body).encode(), "application/json", status, headers, cut=cut)

        def _raw(
            self, data: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None, *,
            cut: bool = False,
        ) -> None:  # fmt: skip
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if cut else data)
            self.close_connection = cut

    return Handler


def outcome(server: MessagesServer, request: Mapping[str, Any]) -> dict[str, Any]:
    """What came of one request of a batch, as a line of its results."""
    kind = server.outcomes.get(request["custom_id"], "succeeded")
    result: dict[str, Any] = {"type": kind}
    if kind == "succeeded":
        result["message"] = message(request["params"], Reply())
    elif kind == "errored":
        result["error"] = {"type": "error", "error": {"type": "api_error", "message": "it broke"}}
    return {"custom_id": request["custom_id"], "result": result}


def _main() -> None:
    """`PORT SECONDS --log FILE`: how long each answer takes; a line in the file for each message that is asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int, nargs="?", default=0)
    parser.add_argument("seconds", type=float, nargs="?", default=0.0)
    parser.add_argument("--log", type=Path)
    said = parser.parse_args()
    with MessagesServer(said.port, said.seconds) as running:
        running.log = said.log
        print(running.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    _main()
