"""AWS for tests: moto's IAM, STS, Organizations, Identity Center and identity store, with every signature checked by botocore,
faults on demand, and the few calls that moto lacks.

It prints the port of the service, and takes orders as lines of JSON; it ends with its input.
"""
import datetime
import hashlib
import io
import json
import os
import sys
import threading
import time
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT = "123456789012"
keys = {"AKIATEST": "secret"}
state = {"faults": [], "expired": [], "skew": 0, "external_ids": {}, "events": [], "pending": 0, "delay": 0}
seen = []
lock = threading.Lock()


def answered(status, body, kind, headers=()):
    return status, [("Content-Type", kind), ("Content-Length", str(len(body))), *headers], body


class Service:
    """Answers what is ordered or what moto lacks, and hands on the rest."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        call = Call(environ, body)
        if state["delay"]:
            time.sleep(state["delay"])
        with lock:
            if call.action:
                seen.append(call.name)
            answer = self.answer(call)
        if answer is None:
            if state["pending"] and call.action in ("CreateAccountAssignment", "DeleteAccountAssignment"):
                return self.slowly(environ, start)
            return self.inner(environ, start)
        if answer == "cut":
            # Half an answer, and no more.
            start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", "100000")])
            return [b"<ListUsersResponse><ListUsersResult>"]
        status, headers, text = answer
        start(f"{status} Answer", headers)
        return [text]

    def slowly(self, environ, start):
        """Does it, and says that it isn't done yet."""
        head = {}

        def begin(status, headers, *rest):
            head.update(status=status, headers=[h for h in headers if h[0].lower() != "content-length"])

        body = b"".join(self.inner(environ, begin)).replace(b"SUCCEEDED", b"IN_PROGRESS")
        start(head["status"], head["headers"] + [("Content-Length", str(len(body)))])
        return [body]

    def answer(self, call):
        if not call.action:
            return None
        refusal = call.refusal()
        if refusal:
            return refusal
        for fault in state["faults"]:
            if fault["call"] not in (call.name, "*") or fault.get("after", 0) > 0:
                if fault["call"] in (call.name, "*"):
                    fault["after"] -= 1
                continue
            if fault.get("times", 1) <= 0:
                continue
            fault["times"] = fault.get("times", 1) - 1
            if "body" in fault:
                return answered(fault.get("status", 200), fault["body"].encode(), "application/x-amz-json-1.1" if call.target else "text/xml")
            return "cut" if fault.get("cut") else call.error(fault["status"], fault["code"], fault.get("message", ""))
        return Lacking.answer(call)


class Call:
    """One call, whichever way it is written."""

    def __init__(self, environ, body):
        self.environ, self.body = environ, body
        self.target = environ.get("HTTP_X_AMZ_TARGET", "")
        self.form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"))) if not self.target else {}
        self.action = self.target.split(".")[-1] or self.form.get("Action", "")
        self.given = environ.get("HTTP_AUTHORIZATION", "")
        self.parts = dict(p.strip().split("=", 1) for p in self.given.removeprefix("AWS4-HMAC-SHA256").split(",")) if self.given.startswith("AWS4") else {}
        self.service = self.parts["Credential"].split("/")[3] if self.parts else "sts"
        self.name = f"{self.service}:{self.action}"

    def json(self, status, value):
        return answered(status, json.dumps(value).encode(), "application/x-amz-json-1.1", [("x-amzn-RequestId", "req-1")])

    def xml(self, result):
        text = f"<{self.action}Response><{self.action}Result>{result}</{self.action}Result></{self.action}Response>"
        return answered(200, text.encode(), "text/xml")

    def error(self, status, code, message):
        if self.target:
            return self.json(status, {"__type": f"com.amazonaws#{code}", "message": message})
        text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        return answered(status, text.encode(), "text/xml")

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=state["skew"])

    def refusal(self):
        """What AWS refuses before it looks at the call."""
        if not self.parts:
            if self.action == "AssumeRoleWithWebIdentity":
                return None
            return self.error(403, "MissingAuthenticationToken", "Missing Authentication Token")
        key = self.parts["Credential"].split("/")[0]
        token = self.environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
        if token and (token in state["expired"] or ("*" in state["expired"] and self.service != "sts")):
            if "*" in state["expired"]:
                state["expired"].remove("*")
                state["expired"].append(token)
            return self.error(403 if not self.target else 400, "ExpiredToken" if not self.target else "ExpiredTokenException", "The security token included in the request is expired")
        secret = keys.get(key) or lent(key, token)
        if secret is None:
            return self.error(403 if not self.target else 400, "InvalidClientTokenId" if not self.target else "UnrecognizedClientException", "The security token included in the request is invalid.")
        moment = datetime.datetime.strptime(self.environ["HTTP_X_AMZ_DATE"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        if abs((moment - self.now()).total_seconds()) > 300:
            return self.error(403 if not self.target else 400, "SignatureDoesNotMatch" if not self.target else "InvalidSignatureException", f"Signature expired: {moment:%Y%m%dT%H%M%SZ} is now earlier than another moment")
        if self.signature(secret) != self.parts["Signature"]:
            return self.error(403 if not self.target else 400, "SignatureDoesNotMatch" if not self.target else "InvalidSignatureException", "The request signature we calculated does not match the signature you provided.")
        if self.action == "AssumeRole":
            wanted = state["external_ids"].get(self.form.get("RoleArn"))
            if wanted is not None and self.form.get("ExternalId") != wanted:
                return self.error(403, "AccessDenied", f"User: arn:aws:iam::{ACCOUNT}:user/test is not authorized to perform: sts:AssumeRole on resource: {self.form.get('RoleArn')}")
        return None

    def signature(self, secret):
        headers = {}
        for name in self.parts["SignedHeaders"].split(";"):
            variable = name.upper().replace("-", "_")
            headers[name] = self.environ.get(variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}", "")
        # boto3 signs no hash of its own making here: the body says it.
        headers["x-amz-content-sha256"] = hashlib.sha256(self.body).hexdigest()
        request = AWSRequest(self.environ["REQUEST_METHOD"], f"http://{self.environ['HTTP_HOST']}{self.environ.get('RAW_URI', '/')}", headers, data=self.body)
        request.context["timestamp"] = self.environ["HTTP_X_AMZ_DATE"]
        key, _, region, service, _ = self.parts["Credential"].split("/")
        judge = SigV4Auth(Credentials(key, secret), service, region)
        signed = set(self.parts["SignedHeaders"].split(";"))
        judge.headers_to_sign = lambda r: limited(r, signed)
        return judge.signature(judge.string_to_sign(request, judge.canonical_request(request)), request)


def limited(request, names):
    from http.client import HTTPMessage
    message = HTTPMessage()
    for name, value in request.headers.items():
        if name.lower() in names:
            message[name.lower()] = value
    if "host" not in message:
        message["host"] = urllib.parse.urlsplit(request.url).netloc
    return message


def lent(key, token):
    """The secret of keys that the token service gave out, if they come with their token."""
    from moto.sts.models import sts_backends
    for account in list(sts_backends):
        for backend in sts_backends[account].values():
            for role in backend.assumed_roles:
                if role.access_key_id == key and role.session_token == token:
                    return role.secret_access_key
    return None


class Lacking:
    """What moto doesn't answer, or answers at once where AWS takes its time."""

    @staticmethod
    def answer(call):
        if call.name == "cloudtrail:LookupEvents":
            asked = json.loads(call.body)
            place = int(asked.get("NextToken") or 0)
            rows = [e for e in state["events"] if asked["StartTime"] <= e["EventTime"] <= asked["EndTime"]]
            page = {"Events": rows[place:place + 2]}
            if place + 2 < len(rows):
                page["NextToken"] = str(place + 2)
            return call.json(200, page)
        if call.service == "identitystore":
            return Lacking.identities(call, json.loads(call.body))
        if call.name == "sso:ListPermissionSetsProvisionedToAccount":
            from moto.ssoadmin.models import ssoadmin_backends
            account = json.loads(call.body)["AccountId"]
            sets = [a.permission_set_arn for b in ssoadmin_backends[ACCOUNT].values() for a in b.account_assignments if a.target_id == account]
            return call.json(200, {"PermissionSets": sorted(set(sets))})
        if call.name == "iam:ListServiceSpecificCredentials":
            return call.xml("<ServiceSpecificCredentials/>")
        if call.action in ("DescribeAccountAssignmentCreationStatus", "DescribeAccountAssignmentDeletionStatus") and state["pending"]:
            state["pending"] -= 1
            creating = "Creation" in call.action
            return call.json(200, {f"AccountAssignment{'Creation' if creating else 'Deletion'}Status": {"Status": "IN_PROGRESS", "RequestId": json.loads(call.body).get(f"AccountAssignment{'Creation' if creating else 'Deletion'}RequestId")}})
        if call.action in ("CreateAccountAssignment", "DeleteAccountAssignment") and state.get("failing"):
            kind = "Creation" if call.action.startswith("Create") else "Deletion"
            return call.json(200, {f"AccountAssignment{kind}Status": {"Status": "FAILED", "RequestId": "r", "FailureReason": state["failing"]}})
        return None

    @staticmethod
    def identities(call, asked):
        """Moto lets everything be done twice, and takes what isn't there for gone."""
        from moto.identitystore.models import identitystore_backends
        stores = [s for b in identitystore_backends[ACCOUNT].values() for i, s in b.identity_stores.items() if i == asked["IdentityStoreId"]]
        memberships = [m for s in stores for m in s.group_memberships.values()]
        if call.action == "CreateGroupMembership" and any(m["GroupId"] == asked["GroupId"] and m["MemberId"] == asked["MemberId"] for m in memberships):
            return call.error(400, "ConflictException", "Member and Group relationship already exists.")
        if call.action == "DeleteGroupMembership" and not any(m["MembershipId"] == asked["MembershipId"] for m in memberships):
            return call.error(400, "ResourceNotFoundException", "GROUP_MEMBERSHIP not found.")
        if call.action == "DeleteUser" and not any(asked["UserId"] in s.users for s in stores):
            return call.error(400, "ResourceNotFoundException", "USER not found.")
        return None


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + state["skew"])


class Client:
    """What tests look up and change behind the connector's back, through boto3."""

    @staticmethod
    def call(port, service, action, arguments, role=None):
        import boto3
        place = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1"}
        keys = {"aws_access_key_id": "AKIATEST", "aws_secret_access_key": "secret"}
        if role:
            lent = boto3.client("sts", **place, **keys).assume_role(RoleArn=role, RoleSessionName="behind")["Credentials"]
            keys = {"aws_access_key_id": lent["AccessKeyId"], "aws_secret_access_key": lent["SecretAccessKey"],
                    "aws_session_token": lent["SessionToken"]}
        client = boto3.client(service, **place, **keys)
        try:
            result = getattr(client, action)(**arguments)
        except Exception as error:
            return {"error": f"{error}"}
        result.pop("ResponseMetadata", None)
        return result


os.environ["MOTO_ALLOW_NONEXISTENT_REGION"] = "false"
server = make_server("127.0.0.1", 0, Service(DomainDispatcherApplication(create_backend_app)), threaded=True, request_handler=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
for line in sys.stdin:
    order = json.loads(line)
    if "do" in order:
        answer = Client.call(server.server_port, *order["do"])
    elif "run" in order:
        source = open(order["run"]).read().replace("http://127.0.0.1:5055", f"http://127.0.0.1:{server.server_port}")
        exec(compile(source, order["run"], "exec"), {"print": lambda *words: None, "__name__": "seed"})
        answer = {}
    else:
        with lock:
            state.update(order.get("set", {}))
            answer = {"calls": list(seen)}
            seen.clear()
    print(json.dumps(answer, default=str), flush=True)
