import AccessModel

/// Reads `host=db.example.com user=baton password='it\'s secret'`.
struct KeywordPairs {
    private var rest: ArraySlice<UInt8>

    /// What it says, in libpq's words.
    static func parameters(of text: String) throws(ServiceError) -> [ConnectionString.Parameter] {
        var reader = KeywordPairs(rest: Array(text.utf8)[...])
        var found: [ConnectionString.Parameter] = []
        reader.skipBlanks()
        while !reader.rest.isEmpty {
            let name = try reader.name()
            found.append(.init(name: name, value: try reader.value()))
            reader.skipBlanks()
        }
        return found
    }

    private mutating func skipBlanks() {
        rest = rest.drop { Self.isBlank($0) }
    }

    private mutating func name() throws(ServiceError) -> String {
        let name = rest.prefix { $0 != UInt8(ascii: "=") && !Self.isBlank($0) }
        rest = rest.dropFirst(name.count)
        skipBlanks()
        guard !name.isEmpty, rest.first == UInt8(ascii: "=") else {
            throw ConnectionString.malformed("it is no URI, and no list of key=value either")
        }
        rest = rest.dropFirst()
        skipBlanks()
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func value() throws(ServiceError) -> String {
        let quote = UInt8(ascii: "'")
        let isQuoted = rest.first == quote
        if isQuoted { rest = rest.dropFirst() }
        var bytes: [UInt8] = []
        while let byte = rest.first, isQuoted ? byte != quote : !Self.isBlank(byte) {
            rest = rest.dropFirst()
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else if let escaped = rest.popFirst() {
                bytes.append(escaped)
            }
        }
        if isQuoted, rest.popFirst() == nil { throw ConnectionString.malformed("a ' isn't closed") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
