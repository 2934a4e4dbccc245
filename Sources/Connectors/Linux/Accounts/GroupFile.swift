import AccessModel

/// One group of `group`.
struct GroupEntry: Sendable, Equatable {
    var name: String
    var gid: UInt32
    var hasPassword: Bool
    var members: [String]
}

/// What `gshadow` adds to a group.
struct GroupShadowEntry: Sendable, Equatable {
    var hasPassword: Bool
    var administrators: [String]
    var members: [String]
}

/// Reads `group` and `gshadow`, and the output of `getent group`.
enum GroupFile {
    /// The groups in the order of the file; lines with one name are merged under the first one's number.
    static func parse(_ bytes: [UInt8], file: String = "/etc/group") -> Parsed<[GroupEntry]> {
        var result = Parsed<[GroupEntry]>(content: [])
        var places: [ByteKey: Int] = [:]
        for line in bytes.lines where !line.isBlankOrComment {
            switch entry(of: line) {
            case .success(let entry):
                if let place = places[ByteKey(entry.name)] {
                    result.content[place].members += entry.members
                } else {
                    places[ByteKey(entry.name)] = result.content.count
                    result.content.append(entry)
                }
            case .failure(let remark):
                result.problems.append(LineProblem(file: file, line: line.number, message: remark.text))
            }
        }
        return result
    }

    private static func entry(of line: TextLine) -> Result<GroupEntry, LineRemark> {
        if line.isCompatibility { return .failure("entries that start with + or - are not followed.") }
        let fields = line.bytes.withoutIndent.fields(separatedBy: ":")
        // The last field may be missing together with its colon; every other one has to be there.
        guard fields.count >= 3, !fields[0].isEmpty else { return .failure("has too few fields and was left out.") }
        guard let gid = fields[2].accountNumber else { return .failure("has no numeric group id and was left out.") }
        return .success(
            GroupEntry(
                name: fields[0].name, gid: gid, hasPassword: Password(field: fields[1]).state == .set,
                members: fields.count > 3 ? names(fields[3]) : []))
    }

    /// What `gshadow` says, by group.
    static func parseShadow(_ bytes: [UInt8], file: String = "/etc/gshadow") -> Parsed<[ByteKey: GroupShadowEntry]> {
        var result = Parsed<[ByteKey: GroupShadowEntry]>(content: [:])
        for line in bytes.lines where !line.isBlankOrComment && !line.isCompatibility {
            let fields = line.bytes.withoutIndent.fields(separatedBy: ":")
            guard fields.count >= 4, !fields[0].isEmpty else {
                result.problems.append(
                    LineProblem(file: file, line: line.number, message: "has \(fields.count) of 4 fields."))
                continue
            }
            result.content[
                ByteKey(fields[0].name), default: GroupShadowEntry(hasPassword: false, administrators: [], members: [])
            ]
            .add(fields)
        }
        return result
    }

    fileprivate static func names(_ field: ArraySlice<UInt8>) -> [String] {
        field.fields(separatedBy: ",").map(\.trimmed).filter { !$0.isEmpty }.map(\.name)
    }
}

extension GroupShadowEntry {
    fileprivate mutating func add(_ fields: [ArraySlice<UInt8>]) {
        hasPassword = hasPassword || Password(field: fields[1]).state == .set
        administrators += GroupFile.names(fields[2])
        members += GroupFile.names(fields[3])
    }
}
