import AccessModel
import ConnectorHTTP
import Dispatch
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
    /// - Throws: `CatalogError` when that is a place that the server may not ask.
    func check(_ source: ExternalSource) async throws {
        guard !allowsPrivate, !source.settings.endpoint.isEmpty else { return }
        guard let address = WebAddress(parsing: source.settings.endpoint) else { return }
        let host = address.origin.host
        for found in try await Self.addresses(of: host) where PrivateAddress.contains(found) {
            throw CatalogError(
                .permissionDenied,
                "\(source.settings.endpoint): leads into a private network, where the server asks nobody. Start it with --allow-private-endpoints."
            )
        }
    }

    private static func addresses(of host: String) async throws -> [[UInt8]] {
        // Asking for names blocks.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try lookUp(host) }) }
        }
    }

    private static func lookUp(_ host: String) throws -> [[UInt8]] {
        var list: UnsafeMutablePointer<addrinfo>?
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(bare, nil, nil, &list) == 0 else {
            throw CatalogError(.notFound, "\(host): there is no such host.")
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
