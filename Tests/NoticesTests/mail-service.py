"""A mail service and a webhook for tests: aiosmtpd and the standard library judge what they are sent.

It prints where it listens as a line of JSON. Then each line of JSON on its input says how it behaves from now on, and is answered by a line of
JSON with what came in since the last time; it ends with its input.
"""
import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
import logging
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, AuthResult

# What is wrong with a connection is for the test to see, from its own side.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

behaviour = {}
seen = {"mails": [], "calls": []}
lock = threading.Lock()
folder = tempfile.TemporaryDirectory(prefix="lantern-mail-")


def certificate():
    """A certificate for localhost by name, not by number, that vouches for itself."""
    path = pathlib.Path(folder.name)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path / "key.pem"), "-out", str(path / "certificate.pem")],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path / "certificate.pem", path / "key.pem")
    return str(path / "certificate.pem"), context


def judged(content):
    """A message as Python's own reader understands it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    defects = [str(defect) for part in [message, *message.values()] for defect in part.defects]
    lines = content.split(b"\r\n")
    return {
        "fields": [name for name in message.keys()],
        "subject": message["Subject"],
        "from": [address.addr_spec for address in message["From"].addresses],
        "to": [address.addr_spec for address in message["To"].addresses],
        "date": message["Date"].datetime.timestamp(),
        "weekdayFits": message["Date"].startswith(message["Date"].datetime.strftime("%a, ")),
        "id": message["Message-ID"],
        "auto": message["Auto-Submitted"],
        "type": message.get_content_type() + " " + str(message.get_content_charset()),
        # Lines end as in mail, all of them, or they wouldn't end here.
        "text": message.get_content().replace("\r\n", "\n"),
        "defects": defects,
        "longest": max(len(line) for line in lines),
        "hasBlanksAtEnds": any(line.endswith((b" ", b"\t")) for line in lines[lines.index(b""):]),
        "isPlainASCII": all(byte == 9 or 32 <= byte < 127 for line in lines for byte in line),
        "longestFolded": max(len(line) for line in lines if b"=?" in line) if b"=?" in content else 0,
    }


class Mailbox:
    async def handle_MAIL(self, server, session, envelope, address, options):
        if "sender" in behaviour:
            return behaviour["sender"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(behaviour.get("pace", 0))
        if address in behaviour.get("refuse", []):
            return behaviour.get("refusal", "550 5.1.1 There is no such mailbox")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(behaviour.get("delay", 0))
        if "data" in behaviour:
            return behaviour["data"]
        mail = judged(envelope.content)
        mail["sender"] = envelope.mail_from
        mail["recipients"] = envelope.rcpt_tos
        mail["isEncrypted"] = server.transport.get_extra_info("ssl_object") is not None
        mail["user"] = (session.auth_data or b"").decode()
        with lock:
            seen["mails"].append(mail)
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        await asyncio.sleep(behaviour.get("farewell", 0))
        return "221 Bye"


def authenticate(server, session, envelope, mechanism, data):
    if (data.login, data.password) == (b"lantern", b"pass\xc3\xb6word 'with\" marks"):
        return AuthResult(success=True, auth_data=data.login)
    # Careless servers repeat what they were told.
    told = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
    return AuthResult(success=False, handled=False, message=f"535-5.7.8 Not {data.password.decode()}\r\n535 5.7.8 and not {told}")


class Called(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fields = {name.lower(): value for name, value in self.headers.items()}
        digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
        with lock:
            secret = behaviour.get("secret")
            signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() if secret else None
            statuses = behaviour.get("statuses", [])
            status = statuses.pop(0) if statuses else 204
            seen["calls"].append({
                "path": self.path, "isDigestRight": fields.get("content-digest") == digest,
                "isSignatureRight": fields.get("webhook-signature") == signature, "version": fields.get("webhook-version"),
                "id": fields.get("webhook-id"), "event": fields.get("webhook-event"), "type": fields.get("content-type"),
                "body": json.loads(body), "names": list(json.loads(body)["details"]), "at": time.time(),
            })
            fields = list(behaviour.get("fields", {}).items())
        if status == "break":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if status == "wait":
            time.sleep(60)
            return
        answer = b"" if status == 204 else b"x" * behaviour.get("length", 10)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


class Webhook(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


async def silence(reader, writer):
    """Takes connections and says nothing."""
    await reader.read()
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    path, context = certificate()

    def service(**options):
        return lambda: SMTP(Mailbox(), hostname="mail.test", loop=loop, **options)

    signing_in = {"authenticator": authenticate, "auth_required": True}
    listeners = {
        "plain": await loop.create_server(service(), "127.0.0.1", 0),
        "startTLS": await loop.create_server(service(tls_context=context, require_starttls=True, **signing_in), "127.0.0.1", 0),
        "encrypted": await loop.create_server(service(auth_require_tls=False, **signing_in), "127.0.0.1", 0, ssl=context),
        "open": await loop.create_server(service(tls_context=context), "127.0.0.1", 0),
        "silent": await asyncio.start_server(silence, "127.0.0.1", 0),
    }
    places = {name: listener.sockets[0].getsockname()[1] for name, listener in listeners.items()}
    for name in ["webhook", "encryptedWebhook"]:
        webhook = Webhook(("127.0.0.1", 0), Called)
        if name == "encryptedWebhook":
            # Only what is read later may wait for the other side.
            webhook.socket = context.wrap_socket(webhook.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        places[name] = webhook.server_port
    print(json.dumps({"ports": places, "certificate": path}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        with lock:
            behaviour.clear()
            behaviour.update(json.loads(line))
            print(json.dumps(seen), flush=True)
            seen.update({"mails": [], "calls": []})


# Its end is that of the program, whoever is still connected.
try:
    asyncio.run(main())
finally:
    folder.cleanup()
