import AccessModel

/// Reads the files in which a machine keeps its users' addresses.
enum MailAddresses {
    /// `email-addresses`: one `user: address` a line.
    static func parseAddresses(_ bytes: [UInt8]) -> [ByteKey: String] {
        var addresses: [ByteKey: String] = [:]
        for line in bytes.lines where !line.isBlankOrComment { add(line.bytes, to: &addresses) }
        return addresses
    }

    /// `aliases`: only the entries that are one address elsewhere.
    static func parseAliases(_ bytes: [UInt8]) -> [ByteKey: String] {
        var addresses: [ByteKey: String] = [:]
        var entry: [UInt8] = []
        for line in bytes.lines where !line.isBlankOrComment {
            if line.bytes.first?.isBlank == true {
                entry += line.bytes
            } else {
                add(entry[...], to: &addresses)
                entry = Array(line.bytes)
            }
        }
        add(entry[...], to: &addresses)
        return addresses
    }

    private static func add(_ entry: ArraySlice<UInt8>, to addresses: inout [ByteKey: String]) {
        let parts = entry.withoutComment.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard parts.count == 2, isAddress(parts[1].trimmed) else { return }
        let user = ByteKey(parts[0].trimmed.text)
        if addresses[user] == nil { addresses[user] = parts[1].trimmed.text }
    }

    private static func isAddress(_ text: ArraySlice<UInt8>) -> Bool {
        let forbidden = Array(" \t,:|/\"".utf8)
        let parts = text.fields(separatedBy: "@")
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains { forbidden.contains($0) }
    }
}
