import AccessModel

/// Keys of a Pebble file: a family, and byte strings joined so that their order is kept (c1z-v3 §8.1, §8.2).
struct TupleKey {
    private(set) var bytes: [UInt8]

    /// The families of keys.
    enum Family {
        case resourceType, resource, entitlement, grant, asset, session
        case resourceByParent, grantByPrincipal, grantNeedsExpansion, grantByHash
        case digest

        /// The bytes that each of its keys begins with.
        var header: [UInt8] {
            switch self {
            case .resourceType: [3, 0x01, 0]
            case .resource: [3, 0x02, 0]
            case .entitlement: [3, 0x03, 0]
            case .grant: [3, 0x04, 0]
            case .asset: [3, 0x05, 0]
            case .session: [3, 0x09, 0]
            case .resourceByParent: [3, 0x07, 0x01, 0]
            case .grantByPrincipal: [3, 0x07, 0x04, 0]
            case .grantNeedsExpansion: [3, 0x07, 0x05, 0]
            case .grantByHash: [3, 0x07, 0x08, 0]
            case .digest: [3, 0x0A, 0x08, 0]
            }
        }

        /// The first key behind all of its keys.
        var end: [UInt8] { TupleKey.end(ofPrefix: header) }
    }

    /// The one record about the sync.
    static let syncRun: [UInt8] = [3, 6]

    /// Facts about the database itself, by name.
    static func meta(_ name: String) -> [UInt8] { [3, 0xFF] + Array(name.utf8) }

    /// Components of no family.
    init() {
        bytes = []
    }

    /// The start of a key: its family, without components.
    init(_ family: Family) {
        bytes = family.header
    }

    /// A key of a family with these components.
    init(_ family: Family, _ components: [ByteKey]) {
        self.init(family)
        for (place, component) in components.enumerated() {
            component.bytes.withUnsafeBytes { append($0, isFirst: place == 0) }
        }
    }

    /// Adds a component.
    mutating func append(_ component: UnsafeRawBufferPointer, isFirst: Bool = false) {
        if !isFirst { bytes.append(0) }
        guard component.contains(where: { $0 <= 1 }) else {
            bytes.append(contentsOf: component)
            return
        }
        for byte in component {
            if byte > 1 {
                bytes.append(byte)
            } else {
                bytes.append(1)
                bytes.append(byte + 1)
            }
        }
    }

    /// Adds components that are escaped and joined already.
    mutating func append(escaped components: some Collection<UInt8>, isFirst: Bool = false) {
        if !isFirst { bytes.append(0) }
        bytes.append(contentsOf: components)
    }

    /// Forgets all but the family, and keeps the room.
    mutating func reset(to family: Family) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: family.header)
    }

    /// The keys whose first components are these.
    static func range(_ family: Family, _ components: [String] = []) -> (from: [UInt8], upTo: [UInt8]) {
        var key = TupleKey(family, components.map { ByteKey($0) })
        // Without the separator `ent` would also be the start of `entitlement`.
        if !components.isEmpty { key.bytes.append(0) }
        return (key.bytes, end(ofPrefix: key.bytes))
    }

    /// The first key that doesn't begin with `prefix`.
    static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
        var end = prefix
        while let last = end.last {
            guard last == 0xFF else {
                end[end.count - 1] = last + 1
                return end
            }
            end.removeLast()
        }
        return end
    }
}

/// The components of a key, still escaped.
struct TupleComponents {
    private var rest: UnsafeRawBufferPointer
    private var isAtEnd = false

    /// Reads the components of a key behind its header.
    init(_ key: UnsafeRawBufferPointer, behind header: Int) {
        rest = UnsafeRawBufferPointer(rebasing: key[min(header, key.count)...])
    }

    /// The next component; nil after the last.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard !isAtEnd else { return nil }
        guard let separator = rest.firstIndex(of: 0) else {
            isAtEnd = true
            return rest
        }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[(separator + 1)...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<separator])
    }

    /// What is left, separators included.
    var remainder: UnsafeRawBufferPointer { rest }

    /// A component as it was before it was escaped; nil when it is none.
    static func unescaped(_ component: UnsafeRawBufferPointer) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(component.count)
        var escapes = false
        for byte in component {
            if escapes {
                guard byte == 1 || byte == 2 else { return nil }
                bytes.append(byte - 1)
                escapes = false
            } else if byte == 1 {
                escapes = true
            } else {
                bytes.append(byte)
            }
        }
        return escapes ? nil : bytes
    }
}
