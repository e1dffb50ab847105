"""Postfix from Debian's package, on loopback: its own queue and folder, nothing sent on, gone at the end."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.live.server import PATIENCE, free_port

PACKAGES = ("postfix",)
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = {place}/log/maillog
maillog_file_prefixes = {place}
myhostname = post.smaby.example
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves
virtual_mailbox_domains = smaby.example
virtual_mailbox_base = {place}/mail
virtual_mailbox_maps = inline:{{ kommunikationschef@smaby.example=chef/, studs@smaby.example=studs/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = 200000
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ full@smaby.example = 450 4.2.2 Mailbox full }} }},
 permit_mynetworks, reject
"""


@dataclass
class Postfix:
    """A server that runs."""

    port: int
    place: Path

    def mails(self, folder: str = "chef", number: int = 1) -> list[EmailMessage]:
        """What lies in a mailbox, once there are `number`."""
        until = time.monotonic() + PATIENCE
        while len(found := list((self.place / "mail" / folder / "new").glob("*"))) < number:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(found)} mails in {folder} after {PATIENCE:g} s, not {number}")
            time.sleep(0.05)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


@contextmanager
def serving() -> Iterator[Postfix]:
    """Started by root, as Postfix wants it; its programs run as the user postfix."""
    place = Path(tempfile.mkdtemp(prefix="mediebevakning-postfix-"))
    place.chmod(0o755)
    for name in ("queue", "data", "log", "mail", "conf"):
        (place / name).mkdir()
    for name in ("data", "mail"):
        shutil.chown(place / name, "postfix", "postfix")
    owner, port = (place / "mail").stat(), free_port()
    (place / "conf" / "main.cf").write_text(MAIN.format(place=place, uid=owner.st_uid, gid=owner.st_gid))
    (place / "conf" / "master.cf").write_text(MASTER.format(port=port))
    program = shutil.which("postfix") or "/usr/sbin/postfix"
    command = [program, "-c", str(place / "conf")]
    try:
        started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
        if started.returncode:
            raise RuntimeError(started.stderr[-2000:])
        yield Postfix(port, place)
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(place, ignore_errors=True)
