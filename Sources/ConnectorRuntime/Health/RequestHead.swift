/// What stands above the blank line of an HTTP/1 request (RFC 9112), as far as a responder of fixed paths has to know it.
///
/// It is strict: what isn't clearly a request is none.
struct RequestHead: Sendable, Equatable {
    /// The most bytes of a head.
    static let largest = 8 * 1024

    /// Why bytes are no head.
    enum Failure: Error, Equatable {
        case malformed
        case tooLarge
    }

    /// Such as `GET`.
    let method: String
    /// The path without its query, undecoded.
    let path: String

    /// Reads the head that `bytes` begin with; nil when its end hasn't come yet.
    init?(parsing bytes: [UInt8]) throws(Failure) {
        // An empty line before the request is left over from the one before (RFC 9112 §2.2).
        let start = bytes.firstIndex { $0 != UInt8.carriageReturn && $0 != .lineFeed } ?? bytes.endIndex
        guard let lines = try Self.lines(of: bytes[start...]) else {
            guard bytes.count <= Self.largest else { throw .tooLarge }
            return nil
        }
        guard let request = lines.first else { throw .malformed }
        (method, path) = try Self.request(request)
        for line in lines.dropFirst() { try Self.checkField(line) }
    }

    /// The lines up to the blank one; nil when that hasn't come yet.
    private static func lines(of bytes: ArraySlice<UInt8>) throws(Failure) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.firstIndex(of: .lineFeed) {
            guard end - bytes.startIndex < Self.largest else { throw .tooLarge }
            var line = rest[..<end]
            if line.last == .carriageReturn { line = line.dropLast() }
            if line.isEmpty { return lines }
            lines.append(line)
            rest = rest[(end + 1)...]
        }
        return nil
    }

    private static func request(_ line: ArraySlice<UInt8>) throws(Failure) -> (method: String, path: String) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter),
            parts[2].elementsEqual("HTTP/1.1".utf8) || parts[2].elementsEqual("HTTP/1.0".utf8),
            parts[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformed }
        return (String(decoding: parts[0], as: UTF8.self), try path(String(decoding: parts[1], as: UTF8.self)))
    }

    private static func path(_ target: String) throws(Failure) -> String {
        var rest = target[...]
        if rest.hasPrefix("http://") {
            rest = rest.dropFirst("http://".count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard !authority.isEmpty else { throw .malformed }
            rest = rest.dropFirst(authority.count)
            if !rest.hasPrefix("/") { return "/" }
        }
        guard rest.hasPrefix("/") || rest == "*" else { throw .malformed }
        return String(rest.prefix { $0 != "?" })
    }

    private static func checkField(_ line: ArraySlice<UInt8>) throws(Failure) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isTokenCharacter),
            line[colon...].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") })
        else { throw .malformed }
    }
}

extension UInt8 {
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let lineFeed = UInt8(ascii: "\n")

    /// Whether it may stand in a method or the name of a field (RFC 9110 §5.6.2).
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
