"""Another bucket service for tests, written by others than moto: OpenStack Swift with its S3 API.

It prints the port of the service, and ends with its input. It knows one user, `test:tester` with the secret `testing`, and the
region `second-1`.
"""
import atexit
import logging.handlers
import os
import shutil
import signal
import sys
import tempfile
import warnings

# It is there for nobody but the tests: what it logs belongs to them, not to the system.
logging.handlers.SysLogHandler.emit = lambda handler, record: print(handler.format(record), file=sys.stderr)
warnings.simplefilter("ignore")
# The system's, where there is one, may be too old for the other packages, and nothing here needs it.
sys.modules["OpenSSL"] = None

import eventlet

eventlet.monkey_patch()

import eventlet.tpool
import eventlet.wsgi
from swift.common import utils
from swift.common.http_protocol import SwiftHttpProtocol
from swift.common.ring import RingBuilder

folder = tempfile.mkdtemp(prefix="lantern-second-service-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)


def end(*_):
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = tests\n")
utils.set_swift_dir(folder)

# Not before it is known where its settings are.
from swift.common.wsgi import loadapp

# On a busy machine nothing may be given up: whatever is late would be missing in lists, or be refused.
general = f"""[DEFAULT]
swift_dir = {folder}
devices = {folder}
mount_check = false
log_level = ERROR
conn_timeout = 60
node_timeout = 60
client_timeout = 300
container_update_timeout = 60
fallocate_reserve = 0
"""
# Objects in memory, so that any file system will do: on disk they need extended attributes.
stores = {"account": "account", "container": "container", "object": "mem_object"}
proxy = """[pipeline:main]
pipeline = s3api tempauth bulk slo proxy-server

[filter:s3api]
use = egg:swift#s3api
location = second-1

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin

[filter:bulk]
use = egg:swift#bulk

[filter:slo]
use = egg:swift#slo

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
error_suppression_limit = 1000000
"""


def serve(name, listener, text):
    app = loadapp(write(f"{name}.conf", general + text), {"log_name": name})
    # Programs look for `ETag`, not for `Etag`.
    eventlet.spawn(
        eventlet.wsgi.server, listener, app, utils.NullLogger(), protocol=SwiftHttpProtocol, capitalize_response_headers=False)


os.mkdir(os.path.join(folder, "disk"))
for name, kind in stores.items():
    listener = eventlet.listen(("127.0.0.1", 0))
    builder = RingBuilder(0, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": listener.getsockname()[1], "device": "disk"})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f"{name}.ring.gz"))
    serve(name, listener, f"[app:main]\nuse = egg:swift#{kind}\n")
listener = eventlet.listen(("127.0.0.1", 0))
serve("proxy", listener, proxy)
print(listener.getsockname()[1], flush=True)
eventlet.tpool.execute(sys.stdin.read)
end()
