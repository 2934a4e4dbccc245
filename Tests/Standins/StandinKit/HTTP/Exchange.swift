package import HTTPTypes
package import WireForm

/// What a client asks of a stand-in.
package struct StandinRequest: Sendable {
    package let method: String
    package let target: RequestTarget
    package let headers: HTTPFields
    package let body: [UInt8]
    /// The address under which the client reached the stand-in, such as `https://127.0.0.1:4711`.
    package let origin: String

    package init(
        _ method: String, _ target: RequestTarget, headers: HTTPFields = [:], body: [UInt8] = [], origin: String
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.origin = origin
    }

    /// The value of a header, by its name.
    package func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }

    /// All values of a header that may come several times.
    package func headers(_ name: String) -> [String] {
        HTTPField.Name(name).map { headers[values: $0] } ?? []
    }

    /// The media type of the body, in lower case and without parameters.
    package var mediaType: String? {
        header("Content-Type").map {
            $0.split(separator: ";", maxSplits: 1).first.map(String.init)?.trimmed.lowercased() ?? ""
        }
    }
}

/// What a stand-in says.
package struct StandinAnswer: Sendable {
    /// How the answer reaches the client.
    package enum Delivery: Sendable, Equatable {
        case whole
        /// The connection ends before a byte of the answer.
        case dropped
        /// The connection ends in the middle of the body.
        case cut
    }

    package var status: Int
    package var headers: HTTPFields
    package var body: [UInt8]
    package var delivery = Delivery.whole
    package var delayMilliseconds = 0

    package init(_ status: Int, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer in JSON.
    package init(_ status: Int, _ json: JSONValue) {
        self.init(status, headers: [.contentType: "application/json"], body: Array(json.text.utf8))
    }

    /// Adds a header; one that is there already stays.
    package mutating func add(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name) else { return }
        headers.append(HTTPField(name: name, value: value))
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    package var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
