import AccessModel

/// Reads `os-release`: assignments in the syntax of a shell.
enum OSRelease {
    static func parse(_ bytes: [UInt8]) -> [String: String] {
        var values: [String: String] = [:]
        for line in bytes.lines where !line.isBlankOrComment {
            let parts = line.bytes.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            values[parts[0].trimmed.text] = unquoted(parts[1].trimmed).text
        }
        return values
    }

    private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return value }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in value.dropFirst() {
            if isEscaped {
                plain.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                isEscaped = true
            } else if byte == quote {
                break
            } else {
                plain.append(byte)
            }
        }
        return plain[...]
    }
}

/// Small files about the host.
enum HostFiles {
    /// The first word of a file that holds one name.
    static func name(in bytes: [UInt8]) -> String? {
        bytes.lines.first { !$0.isBlankOrComment }?.bytes.words.first?.text
    }

    /// The id of the installation: 32 hexadecimal digits, or nil when there is none yet.
    static func machineID(in bytes: [UInt8]) -> String? {
        let id = bytes.prefix { $0 != UInt8(ascii: "\n") }.trimmed
        let isHex = id.allSatisfy { $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        return id.count == 32 && isHex ? id.text : nil
    }

    /// When the machine started, from `/proc/stat`.
    static func bootTime(in bytes: [UInt8]) -> Int64? {
        bytes.lines.first { $0.bytes.starts(with: "btime ".utf8) }.flatMap { $0.bytes.words.last?.decimal }
    }

    /// The first name that `hosts` gives to the address that `name` is also a name of.
    static func fullName(of name: String, in bytes: [UInt8]) -> String? {
        for line in bytes.lines {
            let names = line.bytes.withoutComment.words.dropFirst()
            guard names.contains(where: { $0.isSame(as: name) }) else { continue }
            return names.first { $0.contains(UInt8(ascii: ".")) }?.text
        }
        return nil
    }
}
