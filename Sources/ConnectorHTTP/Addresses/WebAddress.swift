import AccessModel

/// An absolute http or https address, split; credentials in it are refused and a fragment is dropped.
package struct WebAddress: Hashable, Sendable {
    /// Scheme, host and port: what a credential belongs to.
    package let origin: Origin
    /// Percent-encoded, with its leading slash.
    package var path: String
    /// Percent-encoded, without the question mark; nil when there is none.
    package var query: String?

    /// An address of its parts.
    package init(origin: Origin, path: String, query: String?) {
        self.origin = origin
        self.path = path.isEmpty ? "/" : path
        self.query = query
    }

    /// Reads `text`; nil when it is no address one could call.
    package init?(parsing text: String) {
        var bytes = Array(text.utf8)
        if let fragment = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes.removeSubrange(fragment...) }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }) else { return nil }
        guard let slashes = bytes.firstIndex(of: UInt8(ascii: "/")), slashes > 0,
            bytes[slashes - 1] == UInt8(ascii: ":"), slashes + 1 < bytes.count, bytes[slashes + 1] == UInt8(ascii: "/")
        else { return nil }
        let rest = bytes[(slashes + 2)...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let origin = Origin(scheme: bytes[..<(slashes - 1)], authority: rest[..<end]) else { return nil }
        self.init(origin: origin, target: rest[end...])
    }

    private init(origin: Origin, target: ArraySlice<UInt8>) {
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        let query = mark.map { PercentEncoding.escapingUnsafe(target[($0 + 1)...]) }
        self.init(
            origin: origin, path: PercentEncoding.escapingUnsafe(target[..<(mark ?? target.endIndex)]), query: query)
    }

    /// What `reference` means on a page of this address, as in a `Link` or `Location` header.
    func resolving(_ reference: String) -> WebAddress? {
        let bytes = Array(reference.utf8)
        if let absolute = WebAddress(parsing: reference) { return absolute }
        if reference.hasPrefix("//") { return WebAddress(parsing: "\(origin.scheme):\(reference)") }
        let scheme = bytes.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !scheme.contains(UInt8(ascii: ":")) else { return nil }
        switch bytes.first {
        case nil, UInt8(ascii: "#"): return self
        case UInt8(ascii: "/"): return WebAddress(parsing: origin.text + reference)
        case UInt8(ascii: "?"): return WebAddress(parsing: origin.text + path + reference)
        default: return WebAddress(parsing: origin.text + folder + reference)
        }
    }

    private var folder: String {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex
        return String(path[...slash])
    }

    /// The whole address, for the wire.
    package var text: String { withoutQuery + (query.map { "?\($0)" } ?? "") }

    /// The address without its query, which may hold what nobody should read.
    var withoutQuery: String { origin.text + path }

    /// The address for a log: of a parameter that may be secret only the name.
    var redacted: String {
        guard let query else { return withoutQuery }
        let parameters = query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard let name = parts.first, parts.count == 2 else { return String(parameter) }
            return Redaction.mayBeSecret(parameter: String(name)) ? "\(name)=REDACTED" : String(parameter)
        }
        return withoutQuery + "?" + parameters.joined(separator: "&")
    }

    /// The address with these parameters added.
    func adding(_ parameters: [QueryParameter]) -> WebAddress {
        guard !parameters.isEmpty else { return self }
        let added = PercentEncoding.form(parameters)
        var copy = self
        copy.query = [query, added].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "&")
        return copy
    }

    /// The decoded value of a parameter of the query.
    func parameter(_ name: String) -> String? {
        for parameter in (query ?? "").split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if PercentEncoding.decoded(parts[0]).hasSameBytes(as: name) {
                return parts.count == 2 ? PercentEncoding.decoded(parts[1]) : ""
            }
        }
        return nil
    }
}
