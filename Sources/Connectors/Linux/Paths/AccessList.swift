/// What a class of accounts may do with a file.
struct FilePermissions: OptionSet, Sendable, Hashable {
    let rawValue: UInt16
    static let read = FilePermissions(rawValue: 4)
    static let write = FilePermissions(rawValue: 2)
    static let execute = FilePermissions(rawValue: 1)
}

extension FilePermissions: CustomStringConvertible {
    /// `rwx`, with a dash for what is missing.
    var description: String {
        (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
    }
}

/// Who may do what with a file: its mode, or its POSIX access list.
struct AccessList: Sendable, Equatable {
    var owner: FilePermissions
    var owningGroup: FilePermissions
    var other: FilePermissions
    var users: [UInt32: FilePermissions] = [:]
    var groups: [UInt32: FilePermissions] = [:]
    /// What others than the owner may do at most; nil in a list without named entries.
    var mask: FilePermissions?

    /// The list that a mode stands for.
    init(mode: UInt32) {
        owner = FilePermissions(rawValue: UInt16(mode >> 6 & 7))
        owningGroup = FilePermissions(rawValue: UInt16(mode >> 3 & 7))
        other = FilePermissions(rawValue: UInt16(mode & 7))
    }

    /// Reads the extended attribute `system.posix_acl_access`; nil when its bytes are not such a list.
    init?(attribute bytes: [UInt8]) {
        guard bytes.count >= 4, (bytes.count - 4) % 8 == 0, bytes[...].littleEndian(at: 0, bytes: 4) == 2 else {
            return nil
        }
        self.init(mode: 0)
        for start in stride(from: 4, to: bytes.count, by: 8) {
            let entry = bytes[start..<(start + 8)]
            let permissions = FilePermissions(rawValue: UInt16(entry.littleEndian(at: 2, bytes: 2) & 7))
            let id = UInt32(entry.littleEndian(at: 4, bytes: 4))
            switch entry.littleEndian(at: 0, bytes: 2) {
            case 0x01: owner = permissions
            case 0x02: users[id] = permissions
            case 0x04: owningGroup = permissions
            case 0x08: groups[id] = permissions
            case 0x10: mask = permissions
            case 0x20: other = permissions
            default: return nil
            }
        }
    }

    /// What an entry for anybody but the owner and the others comes to.
    func effective(_ permissions: FilePermissions) -> FilePermissions {
        mask.map(permissions.intersection) ?? permissions
    }

    /// The entries as `getfacl -n` writes them.
    var lines: [String] {
        var lines = ["user::\(owner)"]
        lines += users.sorted { $0.key < $1.key }.map { "user:\($0.key):\($0.value)" }
        lines.append("group::\(owningGroup)")
        lines += groups.sorted { $0.key < $1.key }.map { "group:\($0.key):\($0.value)" }
        if let mask { lines.append("mask::\(mask)") }
        lines.append("other::\(other)")
        return lines
    }
}
