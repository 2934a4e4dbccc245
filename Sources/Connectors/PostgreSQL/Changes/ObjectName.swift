import AccessModel

/// A name for something new.
struct ObjectName: Sendable {
    let text: String

    /// Takes a name that the server would keep as it is: it cuts longer ones.
    ///
    /// - Throws: a `ServiceError` that names what has the name.
    init(_ text: String, of subject: String) throws(ServiceError) {
        guard (1...63).contains(text.utf8.count), !text.utf8.contains(0) else {
            throw ServiceError(.invalidArgument, "\(subject): must have 1 to 63 bytes, and has \(text.utf8.count).")
        }
        self.text = text
    }
}
