import WireForm

/// A JSON object with one list in it, written element by element; without elements it is `{}`.
struct JSONList {
    private let name: StaticString
    private let output: Output
    private var isEmpty = true

    init(_ name: StaticString, to output: Output) {
        self.name = name
        self.output = output
    }

    /// Appends the element that `write` writes.
    mutating func add(_ write: (inout JSONText) throws -> Void) throws {
        if isEmpty {
            output.raw("{\"")
            output.raw(name)
            output.raw("\":[")
            isEmpty = false
        } else {
            output.raw(",")
        }
        try write(&output.text)
        try output.settle()
    }

    /// Ends the list and the object.
    func end() {
        output.raw(isEmpty ? "{}" : "]}")
    }
}
