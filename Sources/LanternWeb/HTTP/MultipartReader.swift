/// Takes a form with a file apart while it arrives (RFC 7578): fields are small and kept, the file is handed on piece by piece.
struct MultipartReader {
    /// What was found next.
    enum Event: Equatable {
        case field(name: String, value: String)
        /// A file begins.
        case file(field: String, name: String)
        /// More of the file.
        case content([UInt8])
        /// The file is whole.
        case fileEnd
        /// The form is whole.
        case end
    }

    private enum State {
        case preamble, head, field(String), file, done
    }

    private static let headLimit = 16 << 10
    private static let fieldLimit = 64 << 10
    private static let mostParts = 100

    private let delimiter: [UInt8]
    private var buffer: [UInt8] = []
    private var state = State.preamble
    private var parts = 0
    private var hasFile = false

    /// - Parameter contentType: the header field, which names what stands between the parts.
    /// - Throws: `WebError` when it is no such form.
    init(contentType: String) throws(WebError) {
        let parameters = Self.parameters(contentType)
        guard contentType.lowercased().hasPrefix("multipart/form-data"), let boundary = parameters["boundary"],
            (1...70).contains(boundary.utf8.count)
        else { throw .badRequest("The file must be sent as a form (multipart/form-data).") }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has nothing before it.
        buffer = Array("\r\n".utf8)
    }

    /// Takes the next bytes, and tells what they bring.
    mutating func read(_ bytes: some Collection<UInt8>) throws(WebError) -> [Event] {
        buffer += bytes
        var events: [Event] = []
        while let event = try next() { events += event }
        return events
    }

    /// Whether all of it has arrived.
    var isComplete: Bool { if case .done = state { true } else { false } }

    private mutating func next() throws(WebError) -> [Event]? {
        switch state {
        case .done:
            buffer = []
            return nil
        case .preamble:
            guard let place = find(delimiter) else {
                guard buffer.count < Self.headLimit else { throw Self.damaged }
                return nil
            }
            return try pass(place, [])
        case .head: return try readHead()
        case .field(let name):
            guard let place = find(delimiter) else {
                guard buffer.count < Self.fieldLimit else { throw .badRequest("\(name): is too long.") }
                return nil
            }
            let value = String(decoding: buffer[..<place], as: UTF8.self)
            return try pass(place, [.field(name: name, value: value)])
        case .file:
            if let place = find(delimiter) {
                let content = Array(buffer[..<place])
                return try pass(place, (content.isEmpty ? [] : [.content(content)]) + [.fileEnd])
            }
            // The end of what is there may be the beginning of a delimiter.
            let sure = buffer.count - delimiter.count
            guard sure > 0 else { return nil }
            let content = Array(buffer[..<sure])
            buffer.removeFirst(sure)
            return [.content(content)]
        }
    }

    /// Goes on behind a delimiter: to the next part, or to the end.
    private mutating func pass(_ place: Int, _ events: [Event]) throws(WebError) -> [Event]? {
        let after = place + delimiter.count
        guard buffer.count >= after + 2 else { return nil }
        let mark = Array(buffer[after..<(after + 2)])
        if mark == Array("--".utf8) {
            state = .done
            return events + [.end]
        }
        guard mark == Array("\r\n".utf8) else { throw Self.damaged }
        buffer.removeFirst(after + 2)
        state = .head
        return events
    }

    private mutating func readHead() throws(WebError) -> [Event]? {
        guard let end = find(Array("\r\n\r\n".utf8)) else {
            guard buffer.count < Self.headLimit else { throw Self.damaged }
            return nil
        }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        // What follows may be a delimiter at once, when the part is empty.
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }
        let parameters = Self.parameters(line.map(String.init) ?? "")
        guard let name = parameters["name"] else { throw Self.damaged }
        parts += 1
        guard parts <= Self.mostParts else { throw .badRequest("The form has too many parts.") }
        if let file = parameters["filename"] {
            guard !hasFile else { throw .badRequest("Send one file at a time.") }
            hasFile = true
            state = .file
            return [.file(field: name, name: Self.lastPart(of: file))]
        }
        state = .field(name)
        return []
    }

    /// Some browsers send a whole path.
    private static func lastPart(of name: String) -> String {
        name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    }

    private func find(_ pattern: [UInt8]) -> Int? {
        guard buffer.count >= pattern.count, let first = pattern.first else { return nil }
        var place = 0
        let last = buffer.count - pattern.count
        while place <= last {
            guard let candidate = buffer[place...last].firstIndex(of: first) else { return nil }
            if buffer[candidate..<(candidate + pattern.count)].elementsEqual(pattern) { return candidate }
            place = candidate + 1
        }
        return nil
    }

    /// `name="value"` after the first semicolon; quotes may hold semicolons.
    private static func parameters(_ header: String) -> [String: String] {
        var found: [String: String] = [:]
        var rest = header.drop { $0 != ";" }.dropFirst()
        while let equals = rest.firstIndex(of: "=") {
            let name = String(rest[..<equals]).trimmingWhitespace.lowercased()
            rest = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character == "\\" && rest.first == "\"" ? (rest.popFirst() ?? character) : character)
                }
            } else {
                value = String(rest.prefix { $0 != ";" }).trimmingWhitespace
            }
            rest = rest.drop { $0 != ";" }.dropFirst()
            if found[name] == nil { found[name] = value }
        }
        return found
    }

    private static let damaged = WebError.badRequest("The form is damaged. Send it again.")
}
