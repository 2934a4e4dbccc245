import WireForm

/// The messages that a collector takes (`opentelemetry.proto.collector`).
struct ExportRequest {
    /// Who reports: the program and its version.
    let service: String
    let version: String

    /// An `ExportTraceServiceRequest`.
    func message(_ spans: [Span]) -> [UInt8] { message(spans.map(\.message)) }

    /// An `ExportLogsServiceRequest`.
    func message(_ logs: [LogRecord]) -> [UInt8] { message(logs.map(\.message)) }

    /// Both requests have the same shape: the resource, then the scope, then its records.
    private func message(_ records: [[UInt8]]) -> [UInt8] {
        var resource = WireWriter()
        resource.field(1, AttributeValue.text(service).message(named: "service.name"))
        resource.field(1, AttributeValue.text(version).message(named: "service.version"))
        var scope = WireWriter()
        scope.field(1, "lantern")
        var scoped = WireWriter()
        scoped.field(1, scope.bytes)
        for record in records { scoped.field(2, record) }
        var whole = WireWriter()
        whole.field(1, resource.bytes)
        whole.field(2, scoped.bytes)
        var request = WireWriter()
        request.field(1, whole.bytes)
        return request.bytes
    }

    /// How many records a collector refused, by the `partial_success` of its answer, and why; nil when it took all.
    static func refusal(in answer: [UInt8]) throws -> (count: Int, reason: String)? {
        try answer.withUnsafeBytes { answer in
            guard let partial = try answer.wireBytes(1) else { return nil }
            var refusal = (count: 0, reason: "")
            var reader = WireReader(partial)
            while let field = try reader.next() {
                if field.number == 1 { refusal.count = Int(clamping: field.scalar) }
                if field.number == 2 { refusal.reason = field.bytes.text }
            }
            return refusal.count > 0 || !refusal.reason.isEmpty ? refusal : nil
        }
    }
}
