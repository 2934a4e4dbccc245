import WireForm

/// Something that took its time, as a collector is told of it (`opentelemetry.proto.trace.v1.Span`).
public struct Span: Sendable {
    /// Which part a span has in a call between two programs.
    public enum Kind: UInt64, Sendable {
        /// None.
        case inside = 1
        /// It asks another.
        case client = 3
    }

    /// A span's identity, and that of the trace it belongs to.
    public struct Identity: Sendable, Equatable {
        /// 16 bytes.
        public let trace: [UInt8]
        /// 8 bytes.
        public let span: [UInt8]

        /// A new span of the trace of `parent`, or of a new trace.
        init(under parent: Identity?) {
            var generator = SystemRandomNumberGenerator()
            trace = parent?.trace ?? Self.random(16, &generator)
            span = Self.random(8, &generator)
        }

        private static func random(_ count: Int, _ generator: inout SystemRandomNumberGenerator) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }

    /// The span that the present task is part of.
    @TaskLocal public static var current: Identity?

    let identity: Identity
    let parent: Identity?
    let name: String
    let kind: Kind
    let start: UInt64
    var end: UInt64 = 0
    var attributes: [(name: String, value: AttributeValue)]
    /// What went wrong in it.
    var problem: String?

    var message: [UInt8] {
        var message = WireWriter()
        message.field(1, identity.trace)
        message.field(2, identity.span)
        if let parent { message.field(4, parent.span) }
        message.field(5, name)
        message.field(6, number: kind.rawValue)
        message.fixed(7, start)
        message.fixed(8, end)
        for (name, value) in attributes { message.field(9, value.message(named: name)) }
        if let problem {
            var status = WireWriter()
            status.field(2, problem)
            status.field(3, number: 2)
            message.field(15, status.bytes)
        }
        return message.bytes
    }
}

/// What is said of a span or a log line (`opentelemetry.proto.common.v1.AnyValue`).
public enum AttributeValue: Sendable {
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)
    /// Several values.
    case list([AttributeValue])
    /// Values by name.
    case object([(name: String, value: AttributeValue)])

    var message: [UInt8] {
        var message = WireWriter()
        switch self {
        case .text(let text): message.field(1, text)
        case .number(0): message.bytes = [3 << 3, 0]
        case .number(let number): message.field(3, number: UInt64(bitPattern: Int64(number)))
        case .list(let values):
            var list = WireWriter()
            for value in values { list.field(1, value.message) }
            message.field(5, list.bytes)
        case .object(let entries):
            var list = WireWriter()
            for (name, value) in entries { list.field(1, value.message(named: name)) }
            message.field(6, list.bytes)
        }
        return message.bytes
    }

    /// As a `KeyValue`.
    func message(named name: String) -> [UInt8] {
        var message = WireWriter()
        message.field(1, name)
        message.field(2, self.message)
        return message.bytes
    }
}
