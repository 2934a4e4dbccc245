import AccessModel

/// Scheme, host and port of an address.
package struct Origin: Hashable, Sendable {
    /// `http` or `https`.
    package let scheme: String
    /// In lower case; an IPv6 address in brackets.
    package let host: String
    /// The port, also when it is the scheme's own.
    package let port: Int

    init?(scheme: ArraySlice<UInt8>, authority: ArraySlice<UInt8>) {
        self.scheme = String(decoding: scheme, as: UTF8.self).lowercased()
        guard self.scheme == "http" || self.scheme == "https" else { return nil }
        let standard = self.scheme == "https" ? 443 : 80
        var host = authority
        var port: ArraySlice<UInt8> = []
        if host.first == UInt8(ascii: "[") {
            guard let bracket = host.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = host[(bracket + 1)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
            port = rest.dropFirst()
            host = host[...bracket]
            guard host.count > 2, host.dropFirst().dropLast().allSatisfy(Self.isAddressByte) else { return nil }
        } else {
            if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
                port = host[(colon + 1)...]
                host = host[..<colon]
            }
            guard !host.isEmpty, host.allSatisfy(Self.isNameByte) else { return nil }
        }
        self.host = String(decoding: host, as: UTF8.self).lowercased()
        if port.isEmpty {
            self.port = standard
        } else {
            guard port.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int(String(decoding: port, as: UTF8.self)), (1...65535).contains(number)
            else { return nil }
            self.port = number
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ":")
    }

    /// Whether the port is the scheme's own.
    package var hasStandardPort: Bool { port == (scheme == "https" ? 443 : 80) }

    /// Such as `https://acme.example.com` or `http://[::1]:8080`.
    package var text: String { "\(scheme)://\(host)" + (hasStandardPort ? "" : ":\(port)") }

    /// The host as a resolver takes it: without brackets.
    var bareHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }
}

extension Origin {
    /// Whether it is this machine itself, to which nothing goes over a network.
    package var isThisMachine: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        // A name such as 127.example.com may be anywhere.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
