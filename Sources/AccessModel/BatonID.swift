/// An object as command lines of the ecosystem name it, such as `bid:r:group/g1`.
///
/// A backslash stands before each `:`, `/` and `\` that belongs to a part.
public enum BatonID: Hashable, Sendable {
    /// `bid:r:type/id`, or `bid:r:parent type/parent id/type/id`.
    case resource(ResourceID, parent: ResourceID?)
    /// `bid:e:`, its resource in the same form, and `:slug`.
    case entitlement(slug: String, on: ResourceID, parent: ResourceID?)

    /// Byte equality of all parts.
    public static func == (left: BatonID, right: BatonID) -> Bool {
        switch (left, right) {
        case (.resource(let one, let parent), .resource(let other, let otherParent)):
            one == other && parent == otherParent
        case (.entitlement(let slug, let one, let parent), .entitlement(let otherSlug, let other, let otherParent)):
            slug.hasSameBytes(as: otherSlug) && one == other && parent == otherParent
        default: false
        }
    }

    /// Hashes the bytes of all parts.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .resource(let id, let parent):
            hasher.combine(id)
            hasher.combine(parent)
        case .entitlement(let slug, let id, let parent):
            hasher.combine(ByteKey(slug))
            hasher.combine(id)
            hasher.combine(parent)
        }
    }

    /// Reads such an id.
    ///
    /// - Throws: a `ServiceError` that quotes the text and says how to write it.
    public init(parsing text: String) throws(ServiceError) {
        let bytes = Array(text.utf8)
        guard bytes.count > 6, let parts = Self.parts(of: bytes[6...]) else { throw Self.malformed(text) }
        switch (String(decoding: bytes[..<6], as: UTF8.self), parts.count) {
        case ("bid:r:", 1):
            guard let (id, parent) = Self.resource(parts[0]) else { throw Self.malformed(text) }
            self = .resource(id, parent: parent)
        case ("bid:e:", 2):
            guard let (id, parent) = Self.resource(parts[0]), parts[1].count == 1 else { throw Self.malformed(text) }
            self = .entitlement(slug: parts[1][0], on: id, parent: parent)
        default: throw Self.malformed(text)
        }
    }

    /// The id as text, which reads back as the same id.
    public var text: String {
        switch self {
        case .resource(let id, let parent): "bid:r:" + Self.words(parent, id)
        case .entitlement(let slug, let id, let parent): "bid:e:" + Self.words(parent, id) + ":" + Self.escaped(slug)
        }
    }

    private static func words(_ parent: ResourceID?, _ id: ResourceID) -> String {
        let parts = (parent.map { [$0.type, $0.value] } ?? []) + [id.type, id.value]
        return parts.map(escaped).joined(separator: "/")
    }

    private static func escaped(_ part: String) -> String {
        var bytes: [UInt8] = []
        for byte in part.utf8 {
            if isMark(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        [UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(byte)
    }

    /// What lies between colons, each taken apart at its slashes; nil when a part is empty or an escape stands for nothing.
    private static func parts(of bytes: ArraySlice<UInt8>) -> [[String]]? {
        var parts: [[String]] = [[]]
        var part: [UInt8] = []
        var isEscaped = false
        func endPart() -> Bool {
            guard !part.isEmpty else { return false }
            parts[parts.count - 1].append(String(decoding: part, as: UTF8.self))
            part = []
            return true
        }
        for byte in bytes {
            if isEscaped {
                guard isMark(byte) else { return nil }
                part.append(byte)
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "/"): guard endPart() else { return nil }
            case UInt8(ascii: ":"):
                guard endPart() else { return nil }
                parts.append([])
            default: part.append(byte)
            }
        }
        return !isEscaped && endPart() ? parts : nil
    }

    private static func resource(_ parts: [String]) -> (ResourceID, parent: ResourceID?)? {
        switch parts.count {
        case 2: (ResourceID(parts[0], parts[1]), nil)
        case 4: (ResourceID(parts[2], parts[3]), ResourceID(parts[0], parts[1]))
        default: nil
        }
    }

    private static func malformed(_ text: String) -> ServiceError {
        ServiceError(
            .invalidArgument,
            "\"\(text.prefix(200))\" is no Baton id. Write bid:r:type/id or bid:r:parent type/parent id/type/id, with a "
                + "backslash before each \":\", \"/\" and \"\\\" inside a part.")
    }
}
