/// Which requests are meant: `GET /api/v1/users`, `* /api/v1/groups/*/users`, `/api/v1/*`.
///
/// A star stands for any text, slashes included. Without a method every method is meant.
package struct RequestPattern: Sendable, CustomStringConvertible {
    package let description: String
    private let method: String
    private let path: String

    package init(_ text: String) {
        description = text
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        (method, path) = words.count == 2 ? (words[0].uppercased(), words[1]) : ("*", text)
    }

    package func matches(_ method: String, _ path: String) -> Bool {
        (self.method == "*" || self.method == method) && Self.matches(Array(self.path.utf8)[...], Array(path.utf8)[...])
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            let rest = pattern.dropFirst()
            return rest.isEmpty || text.indices.contains { matches(rest, text[$0...]) }
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }
}
