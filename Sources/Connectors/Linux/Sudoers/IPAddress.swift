#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An IPv4 or IPv6 address, as its 4 or 16 bytes.
struct IPAddress: Equatable, Sendable {
    /// Which bits of an address name its network.
    enum Mask {
        case prefix(Int)
        case address(IPAddress)

        /// A number of bits or an address.
        init?(_ text: [UInt8]) {
            if let address = IPAddress(text) {
                self = .address(address)
            } else if let bits = Int(String(decoding: text, as: UTF8.self)), (1...128).contains(bits) {
                self = .prefix(bits)
            } else {
                return nil
            }
        }
    }

    let bytes: [UInt8]

    /// What `text` says, without the zone behind `%`.
    init?(_ text: [UInt8]) {
        let text = String(decoding: text.prefix { $0 != .init(ascii: "%") }, as: UTF8.self)
        var short = in_addr()
        var long = in6_addr()
        if inet_pton(AF_INET, text, &short) == 1 {
            bytes = withUnsafeBytes(of: &short) { Array($0) }
        } else if inet_pton(AF_INET6, text, &long) == 1 {
            bytes = withUnsafeBytes(of: &long) { Array($0) }
        } else {
            return nil
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The address with all bits outside of `mask` cleared.
    func masked(by mask: Mask) -> IPAddress {
        switch mask {
        case .address(let mask):
            guard mask.bytes.count == bytes.count else { return self }
            return IPAddress(bytes: zip(bytes, mask.bytes).map { $0 & $1 })
        case .prefix(let bits):
            let masked = bytes.enumerated().map { index, byte in
                byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits - index * 8)))
            }
            return IPAddress(bytes: masked)
        }
    }
}
