import AccessModel

/// Reads `postgres://role:password@host:port,host:port/database?key=value`.
enum ConnectionURI {
    /// What it says, in libpq's words.
    static func parameters(of text: String) throws(ServiceError) -> [ConnectionString.Parameter] {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        // What follows "://".
        rest = rest.dropFirst((rest.firstIndex(of: UInt8(ascii: ":")) ?? 0) + 3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        rest = rest.dropFirst(authority.count)
        let path = rest.prefix { $0 != UInt8(ascii: "?") }.dropFirst()
        let query = rest.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        // A password may hold an @, so the last one ends it.
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        var found = try account(at.map { authority[..<$0] })
        found += try hosts(at.map { authority[($0 + 1)...] } ?? authority)
        if !path.isEmpty { found.append(.init(name: "dbname", value: try decoded(path))) }
        return found + (try options(query))
    }

    private static func account(_ part: ArraySlice<UInt8>?) throws(ServiceError) -> [ConnectionString.Parameter] {
        guard let part else { return [] }
        let user = part.prefix { $0 != UInt8(ascii: ":") }
        var found: [ConnectionString.Parameter] = []
        if !user.isEmpty { found.append(.init(name: "user", value: try decoded(user))) }
        if user.count < part.count {
            found.append(.init(name: "password", value: try decoded(part.dropFirst(user.count + 1))))
        }
        return found
    }

    private static func hosts(_ part: ArraySlice<UInt8>) throws(ServiceError) -> [ConnectionString.Parameter] {
        guard !part.isEmpty else { return [] }
        var hosts: [String] = []
        var ports: [String] = []
        for place in part.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let (host, port) = try address(place)
            hosts.append(try decoded(host))
            ports.append(try decoded(port))
        }
        let parameters = [("host", hosts), ("port", ports)].map { (name: $0.0, values: $0.1) }
        return parameters.filter { !$0.values.allSatisfy(\.isEmpty) }.map {
            ConnectionString.Parameter(name: $0.name, value: $0.values.joined(separator: ","))
        }
    }

    /// A host and its port; an IPv6 address stands in brackets.
    private static func address(
        _ part: ArraySlice<UInt8>
    ) throws(ServiceError) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>) {
        guard part.first == UInt8(ascii: "[") else {
            let host = part.prefix { $0 != UInt8(ascii: ":") }
            return (host, part.dropFirst(host.count + 1))
        }
        guard let end = part.firstIndex(of: UInt8(ascii: "]")) else {
            throw ConnectionString.malformed("a [ before an address isn't closed")
        }
        let rest = part[(end + 1)...]
        guard rest.isEmpty || rest.first == UInt8(ascii: ":") else {
            throw ConnectionString.malformed("only a port may follow the ] of an address")
        }
        return (part[(part.startIndex + 1)..<end], rest.dropFirst())
    }

    private static func options(_ query: ArraySlice<UInt8>) throws(ServiceError) -> [ConnectionString.Parameter] {
        var found: [ConnectionString.Parameter] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            guard let sign = pair.firstIndex(of: UInt8(ascii: "=")), sign > pair.startIndex else {
                throw ConnectionString.malformed("what follows the ? is no list of key=value, joined by &")
            }
            let (name, value) = (try decoded(pair[..<sign]), try decoded(pair[(sign + 1)...]))
            // As JDBC has it.
            let isJDBC = name == "ssl" && value == "true"
            found.append(isJDBC ? .init(name: "sslmode", value: "require") : .init(name: name, value: value))
        }
        return found
    }

    private static func decoded(_ part: ArraySlice<UInt8>) throws(ServiceError) -> String {
        var bytes: [UInt8] = []
        var place = part.startIndex
        while place < part.endIndex {
            if part[place] != UInt8(ascii: "%") {
                bytes.append(part[place])
                place += 1
                continue
            }
            guard place + 2 < part.endIndex, let high = digit(part[place + 1]), let low = digit(part[place + 2]) else {
                throw ConnectionString.malformed("two hexadecimal digits must follow each %")
            }
            bytes.append(high << 4 | low)
            place += 3
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw ConnectionString.malformed("what its % stand for is no text")
        }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
