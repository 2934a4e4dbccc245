import AccessModel
import ConnectorHTTP
import LanternCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Keeps people who set up buckets from having the server ask what only it can reach: itself, and its private network.
struct EndpointGuard: Sendable {
    /// Whether services may be anywhere.
    let allowsPrivate: Bool

    /// Looks where the service of a bucket is.
    ///
    /// - Returns: the address by which its host is to be reached from now on: its name may lead elsewhere a moment later.
    /// - Throws: `CatalogError` when that is a place that the server may not ask.
    func addresses(of source: ExternalSource) async throws -> [String: String] {
        guard !allowsPrivate, let address = WebAddress(parsing: source.settings.endpoint) else { return [:] }
        let host = address.origin.host
        let found = try await Self.addresses(of: host)
        guard !found.contains(where: PrivateAddress.contains), let first = found.first else {
            throw CatalogError(
                .permissionDenied,
                "\(source.settings.endpoint): leads into a private network, where the server asks nobody. Start it with --allow-private-endpoints."
            )
        }
        return [host: Self.text(of: first)]
    }

    private static func text(of address: [UInt8]) -> String {
        guard address.count == 16 else { return address.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(Int(address[$0]) << 8 | Int(address[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    private static func addresses(of host: String) async throws -> [[UInt8]] {
        try await Blocking.perform { try lookUp(host) }
    }

    private static func lookUp(_ host: String) throws -> [[UInt8]] {
        var list: UnsafeMutablePointer<addrinfo>?
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(bare, nil, nil, &list) == 0 else {
            throw CatalogError(.unavailable, "\(host): can't be looked up, or there is no such host.")
        }
        defer { freeaddrinfo(list) }
        var found: [[UInt8]] = []
        var next = list
        while let entry = next?.pointee {
            if entry.ai_family == AF_INET {
                entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    found.append(withUnsafeBytes(of: address.pointee.sin_addr) { Array($0) })
                }
            } else if entry.ai_family == AF_INET6 {
                entry.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    found.append(withUnsafeBytes(of: address.pointee.sin6_addr) { Array($0) })
                }
            }
            next = entry.ai_next
        }
        return found
    }
}

/// Addresses that are nobody's in the open internet (RFC 6890).
enum PrivateAddress {
    static func contains(_ address: [UInt8]) -> Bool {
        guard address.count == 16 else { return isPrivate(version4: address) }
        // An address of version 4 in one of version 6: mapped, and translated (RFC 4291, RFC 6052).
        let prefixes: [[UInt8]] = [
            Array(repeating: 0, count: 10) + [0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8),
        ]
        for prefix in prefixes where address.starts(with: prefix) {
            return isPrivate(version4: Array(address.suffix(4)))
        }
        // Unspecified, loopback and old compatible ones; link-local; unique local; site-local; multicast.
        return address.prefix(12).allSatisfy { $0 == 0 } || (address[0] == 0xFE && address[1] & 0x80 == 0x80)
            || address[0] & 0xFE == 0xFC || address[0] == 0xFF
            // 6to4 (RFC 3056) leads to an address of version 4.
            || (address[0] == 0x20 && address[1] == 0x02 && isPrivate(version4: Array(address[2..<6])))
    }

    private static func isPrivate(version4 address: [UInt8]) -> Bool {
        guard address.count == 4 else { return true }
        return switch (address[0], address[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (198, 18...19), (224..., _): true
        case (100, 64...127), (172, 16...31): true
        case (192, 0): address[2] == 0 || address[2] == 2
        default: false
        }
    }
}
