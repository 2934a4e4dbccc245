import AccessModel
import SwiftProtobuf

@testable import LDAPConnector

extension FuzzTarget {
    static let directory = [
        FuzzTarget("distinguished-name", longest: 2048, distinguishedName),
        FuzzTarget("ldap-texts", longest: 512, ldapTexts),
    ]

    /// A name is a printable text that reads back as itself, and is within itself and its parents.
    @Sendable private static func distinguishedName(_ bytes: [UInt8]) async throws {
        guard let name = DistinguishedName(bytes) else { return }
        try promise(name.text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(name.text) isn't printable")
        guard let again = DistinguishedName(name.text) else {
            throw BrokenPromise(description: "\(name.text) is no name")
        }
        try promise(again == name, "\(name.text) becomes \(again.text)")
        try promise(name.isWithin(again), "\(name.text) isn't within itself")
        let value = "x=\(DistinguishedName.escaped(bytes))"
        try promise(DistinguishedName(value)?.firstValue == bytes, "\(value) holds something else")
    }

    /// Filters, addresses, times, ranges, page tokens and names of attributes.
    @Sendable private static func ldapTexts(_ bytes: [UInt8]) async throws {
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            if let filter = try LDAPFilter(written: text, in: "filter") {
                try promise(filter.text.utf8.first == UInt8(ascii: "("), "\(filter.text) has no brackets")
            }
        } catch is ServiceError {}
        do { _ = try MemberAddress(parsing: text) } catch is ServiceError {}
        do { _ = try ServerAddress(parsing: text, in: "url") } catch is ServiceError {}
        do { _ = try AttributeName(text) } catch is ServiceError {}
        do {
            let token = try ListToken(parsing: text)
            if !token.isStart {
                let again = try ListToken(parsing: token.text)
                try promise(again.text == token.text, "\(token.text) becomes \(again.text)")
            }
        } catch is ServiceError {}
        if let range = RangedValues.Range(of: text) { try promise(range.first <= range.last ?? .max, "\(text)") }
        for time in [DirectoryTime.generalized(text), DirectoryTime.windows(text)] {
            try promise((0..<1_000_000_000).contains(time?.nanos ?? 0), "\(text)")
        }
    }
}
