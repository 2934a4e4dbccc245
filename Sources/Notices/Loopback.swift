import ConnectorHTTP

/// The machine itself, to which nothing goes over a network.
enum Loopback {
    static func contains(_ origin: Origin) -> Bool {
        if origin.host == "localhost" || origin.host == "[::1]" { return true }
        // A name such as 127.example.com may be anywhere.
        let parts = origin.host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
