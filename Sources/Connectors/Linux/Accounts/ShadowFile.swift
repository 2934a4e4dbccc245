import AccessModel

/// The days that `shadow` keeps of an account; counted from 1970-01-01.
struct PasswordAge: Sendable, Equatable {
    var lastChange: Int64?
    var maximumDays: Int64?
    var inactiveDays: Int64?
    var expires: Int64?
}

/// One account of `shadow`, without its hash.
struct ShadowEntry: Sendable, Equatable {
    var name: String
    var password: Password
    var age: PasswordAge
}

/// Reads `shadow`.
enum ShadowFile {
    /// The accounts; of several with one name the first counts.
    static func parse(_ bytes: [UInt8], file: String = "/etc/shadow") -> Parsed<[ByteKey: ShadowEntry]> {
        var result = Parsed<[ByteKey: ShadowEntry]>(content: [:])
        for line in bytes.lines where !line.isBlankOrComment && !line.isCompatibility {
            let fields = line.bytes.withoutIndent.fields(separatedBy: ":")
            guard fields.count >= 2, !fields[0].isEmpty else {
                result.problems.append(
                    LineProblem(file: file, line: line.number, message: "has no password field and was left out."))
                continue
            }
            let entry = ShadowEntry(
                name: fields[0].name, password: Password(field: fields[1]),
                age: PasswordAge(
                    lastChange: day(2, in: fields), maximumDays: day(4, in: fields), inactiveDays: day(6, in: fields),
                    expires: day(7, in: fields)))
            if result.content[ByteKey(entry.name)] == nil { result.content[ByteKey(entry.name)] = entry }
        }
        return result
    }

    /// A number of days; empty, negative and absurd ones count as unset, as `chage` treats them.
    private static func day(_ index: Int, in fields: [ArraySlice<UInt8>]) -> Int64? {
        guard index < fields.count, let days = fields[index].trimmed.decimal, days <= Int64(Int32.max) else {
            return nil
        }
        return days
    }
}
