import WireForm

/// A line that is a JSON object, as logs for programs are.
struct JSONLine {
    private let members: Substring
    private let names: [String]

    /// The line, if it is such an object.
    ///
    /// One with control characters, which could steer the terminal, is taken for a line of another kind.
    init?(_ line: String) {
        guard line.utf8.first == UInt8(ascii: "{"), line.utf8.last == UInt8(ascii: "}"),
            !line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" })
        else { return nil }
        // Most lines are no JSON, and how such a one is broken is nobody's concern: it is passed on as text.
        guard let object = try? JSONValue(parsing: Array(line.utf8)) else { return nil }
        members = line.dropFirst()
        names = object.members.map(\.name)
    }

    /// The same object with a field that names the connector.
    ///
    /// The field is `connector`; in a line that has one of its own it is `runner_connector`.
    func naming(_ connector: String) -> String {
        var text = JSONText()
        text.raw("{")
        text.string(names.contains("connector") ? "runner_connector" : "connector")
        text.raw(":")
        text.string(connector)
        if !names.isEmpty { text.raw(",") }
        return String(decoding: text.bytes, as: UTF8.self) + members
    }
}
