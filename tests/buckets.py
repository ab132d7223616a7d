"""A small object store on loopback that speaks enough of S3, and fails when it is told to."""

import re
import threading
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


class Bucket:
    """What the store holds, and what it was asked for; `fails_after` refuses later writes."""

    def __init__(self):
        """Start empty."""
        self.objects = {}
        self.types = {}
        self.calls = []
        self.fails_after = None

    def refuses(self):
        """Say whether this write is one too many."""
        writes = sum(call.startswith("PUT") for call in self.calls)
        return self.fails_after is not None and writes > self.fails_after


def _handler(bucket):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, code, body=b""):
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"x"')
            self.send_header("Last-Modified", "Wed, 25 Nov 2026 12:00:00 GMT")
            self.end_headers()
            self.wfile.write(body)

        def _key(self):
            key = unquote(urlsplit(self.path).path)
            bucket.calls.append(f"{self.command} {key}")
            return key

        def do_GET(self):
            key = self._key()
            found = bucket.objects.get(key)
            missing = b"<Error><Code>NoSuchKey</Code></Error>"
            self._answer(*((404, missing) if found is None else (200, found)))

        def do_PUT(self):
            key = self._key()
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if bucket.refuses():
                self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                return
            bucket.objects[key] = data
            bucket.types[key] = self.headers["Content-Type"]
            self._answer(200)

        def do_POST(self):
            """Take objects away, by the list in the body."""
            place = self._key()
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            names = re.findall("<Key>(.*?)</Key>", body)
            for name in names:
                bucket.objects.pop(f"{place}/{unescape(name)}", None)
            deleted = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
            self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def serving():
    """Yield a bucket and the address of its store."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bucket))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
