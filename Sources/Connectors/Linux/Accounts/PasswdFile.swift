import AccessModel

/// One account of `passwd`.
struct PasswdEntry: Sendable, Equatable {
    var name: String
    /// What the file itself says of the password; nil when it is kept in `shadow`.
    var password: Password?
    var uid: UInt32
    var gid: UInt32
    var comment: String
    var home: String
    var shell: String
}

/// Reads `passwd`, and the output of `getent passwd`, which has the same form.
enum PasswdFile {
    /// The accounts in the order of the file; of several with one name the first counts.
    static func parse(_ bytes: [UInt8], file: String = "/etc/passwd") -> Parsed<[PasswdEntry]> {
        var result = Parsed<[PasswdEntry]>(content: [])
        var seen: Set<ByteKey> = []
        for line in bytes.lines where !line.isBlankOrComment {
            switch entry(of: line) {
            case .success(let entry):
                if seen.insert(ByteKey(entry.name)).inserted { result.content.append(entry) }
            case .failure(let remark):
                result.problems.append(LineProblem(file: file, line: line.number, message: remark.text))
            }
        }
        return result
    }

    private static func entry(of line: TextLine) -> Result<PasswdEntry, LineRemark> {
        if line.isCompatibility { return .failure("entries that start with + or - are not followed.") }
        var fields = line.bytes.withoutIndent.fields(separatedBy: ":")
        // The C library takes an account without its last fields.
        guard fields.count >= 4 else { return .failure("has \(fields.count) of 7 fields and was left out.") }
        while fields.count < 7 { fields.append([]) }
        guard !fields[0].isEmpty else { return .failure("has no name and was left out.") }
        guard let uid = fields[2].accountNumber, let gid = fields[3].accountNumber else {
            return .failure("has no numeric user and group id and was left out.")
        }
        return .success(
            PasswdEntry(
                name: fields[0].name, password: fields[1].isSame(as: "x") ? nil : Password(field: fields[1]), uid: uid,
                gid: gid, comment: fields[4].text, home: fields[5].text, shell: fields[6].trimmed.text))
    }
}

/// Why a line was left out.
struct LineRemark: Error, ExpressibleByStringInterpolation {
    let text: String
    init(stringLiteral value: String) { text = value }
}

extension TextLine {
    /// Whether it is an entry of the old NIS syntax.
    var isCompatibility: Bool { [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes.withoutIndent.first) }
}
