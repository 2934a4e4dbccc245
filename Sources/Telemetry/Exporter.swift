import GRPCCore
import GRPCNIOTransportHTTP2Posix
import WireForm

/// Sends what waits to a collector, over one connection (OTLP/gRPC).
struct Exporter: Sendable {
    let collector: Collector
    let request: ExportRequest
    let pending: PendingRecords
    /// Tells the log of this program, but not the collector.
    let remark: @Sendable (String) -> Void

    /// How often what waits is sent.
    private static let interval = Duration.seconds(1)
    /// How long one request may take.
    private static let patience = Duration.seconds(10)
    /// How long the rest may take when the run is over.
    private static let lastPatience = Duration.seconds(5)

    /// Sends until nothing more comes.
    func run() async {
        do {
            try await withGRPCClient(transport: transport()) { client in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await ringRegularly() }
                    await sendUntilComplete(client)
                    group.cancelAll()
                }
            }
        } catch {
            remark("telemetry: the connection to \(place) failed: \(error)")
        }
        if pending.lost > 0 { remark("telemetry: \(pending.lost) spans or log lines did not reach \(place)") }
    }

    private var place: String { "\(collector.host):\(collector.port)" }

    private func transport() throws -> HTTP2ClientTransport.Posix {
        let security: HTTP2ClientTransport.Posix.TransportSecurity =
            switch collector.security {
            case .plaintext: .plaintext
            case .system: .tls
            case .authority(let certificates):
                .tls { $0.trustRoots = .certificates([.bytes(certificates, format: .pem)]) }
            }
        return try HTTP2ClientTransport.Posix(
            target: .dns(host: collector.host, port: collector.port), transportSecurity: security)
    }

    private func ringRegularly() async {
        while !Task.isCancelled {
            // Cancelled means that the run is over.
            try? await Task.sleep(for: Self.interval)
            pending.ring()
        }
    }

    private func sendUntilComplete(_ client: GRPCClient<HTTP2ClientTransport.Posix>) async {
        var hasFailed = false
        for await _ in pending.calls {
            let isLast = pending.isComplete
            let (spans, logs) = pending.take()
            let patience = isLast ? Self.lastPatience : Self.patience
            do {
                async let traces: Void = send(
                    request.message(spans), spans.count, to: "trace.v1.TraceService", client, patience)
                async let lines: Void = send(
                    request.message(logs), logs.count, to: "logs.v1.LogsService", client, patience)
                _ = try await (traces, lines)
            } catch {
                pending.lose(spans.count + logs.count)
                if !hasFailed { remark("telemetry: \(place) takes none: \(error)") }
                hasFailed = true
            }
            if isLast { return }
        }
    }

    private func send(
        _ message: [UInt8], _ count: Int, to service: String, _ client: GRPCClient<HTTP2ClientTransport.Posix>,
        _ patience: Duration
    ) async throws {
        guard count > 0 else { return }
        var options = CallOptions.defaults
        options.timeout = patience
        let method = MethodDescriptor(
            fullyQualifiedService: "opentelemetry.proto.collector.\(service)", method: "Export")
        let answer = try await client.unary(
            request: ClientRequest(message: message), descriptor: method, serializer: PlainBytes(),
            deserializer: PlainBytes(), options: options
        ) { try $0.message }
        if let refusal = try ExportRequest.refusal(in: answer) {
            pending.lose(refusal.count)
            remark("telemetry: \(place) refused \(refusal.count) of \(count): \(refusal.reason)")
        }
    }
}

/// Messages that are bytes already.
private struct PlainBytes: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> [UInt8] {
        serializedMessageBytes.withUnsafeBytes { Array($0) }
    }
}
