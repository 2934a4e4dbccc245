import GRPCCore
import GRPCNIOTransportHTTP2Posix
import WireForm

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Sends what waits to a collector, over one connection (OTLP/gRPC).
struct Exporter: Sendable {
    let collector: Collector
    let request: ExportRequest
    let pending: PendingRecords
    /// Tells the log of this program, but not the collector.
    let remark: @Sendable (String) -> Void
    /// When there is nothing more to be sent.
    private let delivery = Delivery()

    /// How often what waits is sent.
    private static let interval = Duration.seconds(1)
    /// How long one request may take.
    private static let patience = Duration.seconds(10)
    /// How long the rest may take when the run is over.
    private static let lastPatience = Duration.seconds(5)
    /// How long the last request may take, so that there is time to tell what became of it.
    private static let lastRequestPatience = Duration.seconds(4)

    /// Waits until all is sent, as long as the rest may take.
    ///
    /// How long the connection then takes to close is nobody's concern: over TLS some servers keep silent about it.
    func end(_ sending: Task<Void, Never>) async {
        if await !delivery.wait(atMost: Self.lastPatience) {
            remark("telemetry: \(place) did not take the rest within \(Self.lastPatience.components.seconds) seconds")
        }
        sending.cancel()
    }

    /// Sends until nothing more comes.
    func run() async {
        do {
            try await withGRPCClient(transport: transport()) { client in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await ringRegularly() }
                    await sendUntilComplete(client)
                    group.cancelAll()
                }
                tellLosses()
            }
        } catch  where !delivery.isDone {
            remark("telemetry: the connection to \(place) failed: \(error)")
            tellLosses()
        } catch {
            // All was said and done; how the connection closed changes nothing.
            return
        }
    }

    private func tellLosses() {
        if pending.lost > 0 { remark("telemetry: \(pending.lost) spans or log lines did not reach \(place)") }
        delivery.complete()
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
        return try HTTP2ClientTransport.Posix(target: target, transportSecurity: security)
    }

    /// An address is no name: it may not be asked for in a TLS handshake (RFC 6066 §3).
    private var target: any ResolvableTarget {
        var (ipv4, ipv6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, collector.host, &ipv4) == 1 {
            return .ipv4(address: collector.host, port: collector.port)
        }
        if inet_pton(AF_INET6, collector.host, &ipv6) == 1 {
            return .ipv6(address: collector.host, port: collector.port)
        }
        return .dns(host: collector.host, port: collector.port)
    }

    private func ringRegularly() async {
        while !Task.isCancelled {
            // Cancelled means that the run is over.
            try? await Task.sleep(for: Self.interval)
            pending.ring()
        }
    }

    private func sendUntilComplete(_ client: GRPCClient<HTTP2ClientTransport.Posix>) async {
        var failed: Set<String> = []
        for await _ in pending.calls {
            let isLast = pending.isComplete
            while let (spans, logs) = pending.take() {
                let patience = isLast ? Self.lastRequestPatience : Self.patience
                async let traces = send(
                    request.message(spans), spans.count, to: "trace.v1.TraceService", client, patience)
                async let lines = send(request.message(logs), logs.count, to: "logs.v1.LogsService", client, patience)
                // A collector may take the one and not the other.
                for (what, problem) in [("spans", await traces), ("log lines", await lines)] {
                    guard let problem, !failed.contains(what) else { continue }
                    failed.insert(what)
                    remark("telemetry: \(place) takes no \(what): \(problem)")
                }
            }
            if isLast { return }
        }
    }

    /// Sends one request; why that failed, nil when it didn't.
    private func send(
        _ message: [UInt8], _ count: Int, to service: String, _ client: GRPCClient<HTTP2ClientTransport.Posix>,
        _ patience: Duration
    ) async -> (any Error)? {
        do {
            try await export(message, count, to: service, client, patience)
            return nil
        } catch {
            pending.lose(count)
            return error
        }
    }

    private func export(
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
