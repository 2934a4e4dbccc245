"""An OpenTelemetry collector for tests: prints its port, then, at its end, each request it got as one line of JSON.

usage: collector.py [--tls CERTIFICATE KEY] [--refuse REASON]
"""
import argparse
import json
import sys
from concurrent import futures

import grpc
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

options = argparse.ArgumentParser()
options.add_argument("--tls", nargs=2)
options.add_argument("--refuse")
options = options.parse_args()


requests = []


def show(kind, request):
    # Nobody reads yet, so a pipe would fill.
    requests.append(json.dumps({kind: MessageToDict(request)}))


class Traces(trace_service_pb2_grpc.TraceServiceServicer):
    def Export(self, request, context):
        show("traces", request)
        answer = trace_service_pb2.ExportTraceServiceResponse()
        if options.refuse:
            answer.partial_success.rejected_spans = 1
            answer.partial_success.error_message = options.refuse
        return answer


class Logs(logs_service_pb2_grpc.LogsServiceServicer):
    def Export(self, request, context):
        show("logs", request)
        return logs_service_pb2.ExportLogsServiceResponse()


server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Traces(), server)
logs_service_pb2_grpc.add_LogsServiceServicer_to_server(Logs(), server)
if options.tls:
    certificate, key = (open(path, "rb").read() for path in options.tls)
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
# Ends with whoever started it.
sys.stdin.read()
server.stop(1).wait()
for request in requests:
    print(request)
