"""Pages of invented accounts on loopback, kind and unkind: what a snapshot meets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

METADATA = "http://169.254.169.254/latest/meta-data/"
"""Where a cloud hands out its keys: refused in any case."""
PAGE = """<!doctype html><html lang="sv"><meta charset="utf-8"><title>{name}</title>
<style>body {{ font: 18px sans-serif; margin: 3em }} h1 {{ color: #063 }} article {{ border-top: 1px solid }}</style>
<h1>{name}</h1>{posts}<script>document.body.append(document.createElement("footer"))</script></html>"""
LOGIN = "<!doctype html><title>Logga in</title><form><label>Lösenord <input type=password></label></form>"
CONSENT = (
    "<!doctype html><title>Vidare</title><h1>Innan du fortsätter</h1><p>Vi använder kakor.</p><button>Godkänn</button>"
)
SPYING = """<!doctype html><meta charset="utf-8"><h1>Spion</h1><iframe src="file:///etc/passwd"></iframe>
<img src="http://127.0.0.1:1/x.png"><img src="{metadata}"><a download href="/ett" id=a>x</a><script>
document.getElementById("a").click(); alert("Stanna!"); window.open("/ett");
const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
peer.createDataChannel("x");
peer.createOffer().then(offer => peer.setLocalDescription(offer));
</script>"""
SENT = 1 << 20


class Site:
    """What it was asked for, and the port of UDP that nobody may reach."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.asked: list[str] = []
        self.udp = 9
        self.address = f"http://127.0.0.1:{server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was asked is kept."""

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        match self.path.split("?")[0]:
            case "/login" | "/konto/losen":
                self._page(LOGIN)
            case "/konto/vagg":
                self._to("/login?next=/konto/vagg")
            case "/konto/samtycke":
                self._page(CONSENT)
            case "/konto/stangt":
                self._page("Nej", 403)
            case "/konto/borta":
                self._page("Finns inte", 404)
            case "/konto/trasig":
                self._page("Fel", 500)
            case "/konto/internt":
                self._to(METADATA)
            case "/konto/internt-senare":
                self._page(f"<p>Hej<script>setTimeout(() => location = '{METADATA}', 100)</script>")
            case "/konto/stor":
                self._much()
            case "/konto/evig":
                self._for_ever()
            case "/konto/upptagen":
                self._page("<p>Hej<script>for (;;) {}</script>")
            case "/konto/spion":
                self._page(SPYING.format(metadata=METADATA, udp=self.site.udp))
            case path if path.startswith("/konto/"):
                posts = "".join(f"<article><p>Inlägg {number} från kommunen.</p></article>" for number in range(5))
                self._page(PAGE.format(name=path.removeprefix("/konto/"), posts=posts))
            case _:
                self._page("Finns inte", 404)

    def _page(self, text: str, status: int = 200) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _to(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _much(self) -> None:
        """50 MB, or until nobody listens any more."""
        self._begin()
        try:
            for _ in range(50):
                self.wfile.write(b"<p>" + b"x" * SENT)
        except OSError:
            pass

    def _for_ever(self) -> None:
        self._begin()
        try:
            self.wfile.write(b"<h1>Evigheten</h1>")
            while True:
                self.wfile.write(b"<p>mer")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()


@contextmanager
def served() -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    site = Site(server)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"site": site})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
