"""A bucket service for tests: moto's S3 and STS, with every signature checked by botocore, and faults on demand.

It prints the port of the service and that of a way to it that can be cut, and takes faults as lines of JSON; it ends with its input.
"""
import datetime
import hashlib
import io
import json
import random
import socket
import sys
import threading
import time

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

keys = {"AKIATEST": "secret/key+with=signs", "AKIAREADER": "reader"}
faults = {}
seen = {"signed": 0, "anonymous": 0, "requests": []}
lock = threading.Lock()


def error(status, code, message="", extra="", headers=()):
    body = f"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message>{extra}</Error>".encode()
    return status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body))), *headers], body


class Checked:
    """Answers what the service would refuse itself, and hands on the rest."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        with lock:
            seen["requests"].append(f"{environ['REQUEST_METHOD']} {environ.get('RAW_URI', '')}")
            refusal = self.nearby(environ) or self.refuse(environ, body)
        if refusal is None:
            return self.inner(environ, start)
        status, headers, text = refusal
        head = environ["REQUEST_METHOD"] == "HEAD"
        start(f"{status} Refused", headers)
        return [b"" if head else text]

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=faults.get("skew", 0))

    def nearby(self, environ):
        """What a container's and a machine's own services answer; each time with another token."""
        path = environ["PATH_INFO"]
        if path == "/container" and environ.get("HTTP_AUTHORIZATION") == "container-token":
            return self.credentials()
        if path == "/latest/api/token" and environ["REQUEST_METHOD"] == "PUT" and environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN_TTL_SECONDS"):
            return 200, [("Content-Length", "8")], b"machine!"
        if path.startswith("/latest/meta-data/iam/security-credentials/"):
            if environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN") != "machine!":
                return 401, [("Content-Length", "0")], b""
            if path.endswith("/"):
                return 200, [("Content-Length", "7")], b"my-role"
            return self.credentials() if path.endswith("/my-role") else None
        return None

    def credentials(self):
        self.given = getattr(self, "given", 0) + 1
        text = json.dumps({"Code": "Success", "AccessKeyId": "AKIATEST", "SecretAccessKey": keys["AKIATEST"], "Token": f"session-{self.given}",
                           "Expiration": "2999-01-01T00:00:00Z"}).encode()
        return 200, [("Content-Length", str(len(text)))], text

    def refuse(self, environ, body):
        given = environ.get("HTTP_AUTHORIZATION", "")
        if faults.get("throttle", 0) > 0:
            faults["throttle"] -= 1
            return error(503, "SlowDown", "Please reduce your request rate.")
        if not given:
            seen["anonymous"] += 1
            return None
        parts = dict(part.strip().split("=", 1) for part in given.removeprefix("AWS4-HMAC-SHA256").split(","))
        key, day, region, service, _ = parts["Credential"].split("/")
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
        if token and token in faults.get("expired", []):
            return error(400, "ExpiredToken", "The provided token has expired.")
        time = datetime.datetime.strptime(environ["HTTP_X_AMZ_DATE"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        if abs((time - self.now()).total_seconds()) > 900:
            return error(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
        if service == "s3" and faults.get("refusal"):
            return error(403, *faults["refusal"])
        if service == "s3" and faults.get("moved") and region != faults["moved"]:
            status, code = (307, "TemporaryRedirect") if environ["REQUEST_METHOD"] == "PUT" else (301, "PermanentRedirect")
            return error(status, code, "", f"<Endpoint>127.0.0.1:1</Endpoint>",
                         [("Location", "http://127.0.0.1:1/"), ("x-amz-bucket-region", faults["moved"])])
        wanted = faults.get("region")
        if service == "s3" and wanted and region != wanted:
            return error(400, "AuthorizationHeaderMalformed", "the region is wrong", f"<Region>{wanted}</Region>",
                         [("x-amz-bucket-region", wanted)])
        if hashlib.sha256(body).hexdigest() != environ["HTTP_X_AMZ_CONTENT_SHA256"]:
            return error(400, "XAmzContentSHA256Mismatch")
        secret = keys.get(key) or lent.get(key)
        if secret is None:
            return error(403, "InvalidAccessKeyId")
        if self.signature(environ, parts, secret, region, service) != parts["Signature"]:
            return error(403, "SignatureDoesNotMatch")
        seen["signed"] += 1
        if key == "AKIAREADER" and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return error(403, "AccessDenied", "Access Denied")
        if service == "sts" and faults.get("external_id"):
            if f"ExternalId={faults['external_id']}" not in body.decode().split("&"):
                return error(403, "AccessDenied", "not authorized to perform: sts:AssumeRole")
        return self.conditions(environ)

    def signature(self, environ, parts, secret, region, service):
        headers = {}
        for name in parts["SignedHeaders"].split(";"):
            variable = name.upper().replace("-", "_")
            headers[name] = environ.get(variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}", "")
        request = AWSRequest(environ["REQUEST_METHOD"], f"http://{environ['HTTP_HOST']}{environ['RAW_URI']}", headers)
        request.context["timestamp"] = environ["HTTP_X_AMZ_DATE"]
        judge = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials("x", secret), service, region)
        judge.credentials.access_key = parts["Credential"].split("/")[0]
        return judge.signature(judge.string_to_sign(request, judge.canonical_request(request)), request)

    def conditions(self, environ):
        """What moto leaves out: conditions on writing."""
        etag = environ.get("HTTP_IF_MATCH")
        if environ["REQUEST_METHOD"] not in ("PUT", "POST") or not (etag or environ.get("HTTP_IF_NONE_MATCH")):
            return None
        if faults.get("unconditional"):
            return error(501, "NotImplemented")
        _, bucket, key = environ["PATH_INFO"].split("/", 2)
        held = s3_backends["123456789012"]["aws"].head_object(bucket, key)
        if etag and (held is None or held.etag != etag):
            return error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        if not etag and held is not None:
            return error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        environ.pop("HTTP_IF_MATCH", None)
        environ.pop("HTTP_IF_NONE_MATCH", None)
        return None


class Lent(dict):
    """Keys that the token service gave out: moto keeps them with the account."""

    def get(self, key):
        from moto.sts.models import sts_backends
        for role in sts_backends["123456789012"]["global"].assumed_roles:
            if role.access_key_id == key:
                return role.secret_access_key
        return None


lent = Lent()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + faults.get("skew", 0))


def cutting(port):
    """A way to the service that breaks off at a random byte as often as it is told to."""
    listener = socket.create_server(("127.0.0.1", 0))
    chance = random.Random(7)

    def pump(source, target, both, limit):
        count = 0
        try:
            while data := source.recv(65536):
                if limit is not None and count + len(data) > limit:
                    target.sendall(data[: limit - count])
                    break
                target.sendall(data)
                count += len(data)
        except OSError:
            pass
        for end in both if limit is not None and count >= 0 else (target,):
            try:
                end.shutdown(socket.SHUT_RDWR if end in both else socket.SHUT_WR)
            except OSError:
                pass

    def accept():
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            with lock:
                cut = faults.get("cuts", 0) > 0
                if cut:
                    faults["cuts"] -= 1
                most, reads = faults.get("cut_within", 1 << 20), faults.get("reads")
            up, down = (None, None)
            if cut:
                place = chance.randrange(most)
                up, down = (None, place) if reads else (place, None)
            for source, target, limit in ((client, server, up), (server, client, down)):
                threading.Thread(target=pump, args=(source, target, (client, server), limit), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


server = make_server("127.0.0.1", 0, Checked(DomainDispatcherApplication(create_backend_app)), threaded=True, request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in ("bucket", "my-bucket"):
    s3_backends["123456789012"]["aws"].create_bucket(name, "us-east-1")
print(server.server_port, cutting(server.server_port), flush=True)
for line in sys.stdin:
    with lock:
        faults.clear()
        faults.update(json.loads(line))
        print(json.dumps(seen), flush=True)
        seen.update({"signed": 0, "anonymous": 0, "requests": []})
