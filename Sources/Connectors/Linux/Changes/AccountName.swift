import AccessModel

/// A name that the account tools may be given: `[a-z_][a-z0-9_-]{0,31}`, so that it is never taken for an option or a list.
struct AccountName: Sendable {
    let text: String

    /// Takes a name.
    ///
    /// - Parameter subject: what has the name, for the error.
    /// - Throws: `ServiceError` when it is another kind of name.
    init(_ text: String, of subject: String) throws {
        let bytes = text.utf8
        guard let first = bytes.first, first.mayStartName, bytes.count <= 32, bytes.allSatisfy(\.mayStandInName) else {
            throw ServiceError(
                .invalidArgument,
                "\(subject): a name that can be changed here has 1 to 32 of a-z, 0-9, _ and -, and starts with a letter or _."
            )
        }
        self.text = text
    }
}

extension UInt8 {
    fileprivate var mayStartName: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || self == UInt8(ascii: "_")
    }

    fileprivate var mayStandInName: Bool { mayStartName || isDigit || self == UInt8(ascii: "-") }
}
