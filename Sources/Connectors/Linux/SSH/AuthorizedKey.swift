import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One line of an `authorized_keys` file.
struct AuthorizedKey: Sendable, Equatable {
    var line: Int
    var type: String
    var bits: Int?
    /// `SHA256:` and the unpadded base64 of the hash, as `ssh-keygen -l` prints it.
    var fingerprint: String
    var comment: String
    var options: [KeyOption]

    var forcedCommand: String? { value("command") }
    var sources: String? { value("from") }
    var expires: String? { value("expiry-time") }
    var isAuthority: Bool { has("cert-authority") }
    var isRestricted: Bool { has("restrict") }

    private func value(_ name: String) -> String? { options.first { $0.name == name }?.value }

    private func has(_ name: String) -> Bool { options.contains { $0.name == name } }
}

extension AuthorizedKey {
    /// Whether sshd can make sense of the values; it refuses the whole line otherwise.
    fileprivate var hasSoundOptions: Bool {
        if let expires, KeyExpiry(expires) == nil { return false }
        return isAuthority || !has("principals")
    }
}

extension KeyOption {
    /// The options of OpenSSH 9 (sshd(8), AUTHORIZED_KEYS FILE FORMAT); most of the switches can be turned around with `no-`.
    private static let names: Set<String> = [
        "command", "environment", "expiry-time", "from", "permitlisten", "permitopen", "principals", "tunnel",
        "cert-authority", "restrict", "verify-required", "touch-required",
    ]
    private static let switches: Set<String> = [
        "agent-forwarding", "port-forwarding", "pty", "user-rc", "x11-forwarding", "touch-required", "verify-required",
    ]

    fileprivate var isKnown: Bool {
        let positive = name.hasPrefix("no-") ? String(name.dropFirst(3)) : name
        return Self.names.contains(name) || Self.switches.contains(positive)
    }
}

/// An option in front of a key, its name in lower case.
struct KeyOption: Sendable, Equatable, CustomStringConvertible {
    var name: String
    var value: String?

    /// As it stands in the file.
    var description: String { value.map { "\(name)=\"\($0)\"" } ?? name }
}

/// Reads `authorized_keys`.
enum AuthorizedKeysFile {
    /// Most lines that are remarked.
    ///
    /// All are read, which the size of the file bounds: whoever may write the file must not
    /// put a key behind the last one that is looked at.
    private static let problemLimit = 100_000

    /// The keys in the order of the file; lines that sshd would not accept are remarked and left out.
    static func parse(_ bytes: [UInt8], file: String) -> Parsed<[AuthorizedKey]> {
        var result = Parsed<[AuthorizedKey]>(content: [])
        for line in bytes.lines {
            // For sshd a line ends at its first NUL.
            let line = TextLine(number: line.number, bytes: line.bytes.prefix { $0 != 0 })
            guard !line.isBlankOrComment else { continue }
            if let key = key(of: line) {
                result.content.append(key)
            } else if result.problems.count < problemLimit {
                result.problems.append(
                    LineProblem(file: file, line: line.number, message: "is not a public key that sshd takes."))
            }
        }
        return result
    }

    private static func key(of line: TextLine) -> AuthorizedKey? {
        let content = line.bytes.trimmed
        if let key = key(in: content, options: [], line: line.number) { return key }
        guard let (options, rest) = KeyOption.list(atStartOf: content), options.allSatisfy(\.isKnown),
            let key = key(in: rest, options: options, line: line.number), key.hasSoundOptions
        else { return nil }
        return key
    }

    private static func key(in content: ArraySlice<UInt8>, options: [KeyOption], line: Int) -> AuthorizedKey? {
        let words = content.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: \.isBlank)
        guard words.count >= 2, let data = Data(base64Encoded: padded(words[1])) else { return nil }
        let blob = KeyBlob(Array(data))
        guard let type = blob.type, words[0].isSame(as: type) else { return nil }
        return AuthorizedKey(
            line: line, type: type, bits: blob.bits, fingerprint: fingerprint(of: data),
            comment: words.count > 2 ? words[2].trimmed.text : "", options: options)
    }

    private static func padded(_ base64: ArraySlice<UInt8>) -> Data {
        let bare = base64.prefix { $0 != UInt8(ascii: "=") }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - bare.count % 4) % 4)
        return Data(bare.count % 4 == 1 ? [] : Array(bare) + padding)
    }

    private static func fingerprint(of blob: Data) -> String {
        let base64 = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:" + base64.prefix { $0 != "=" }
    }
}

extension KeyOption {
    /// The options that `content` starts with, and what follows them.
    static func list(atStartOf content: ArraySlice<UInt8>) -> (options: [KeyOption], rest: ArraySlice<UInt8>)? {
        var options: [KeyOption] = []
        var rest = content
        while true {
            let name = rest.prefix { !$0.isBlank && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
            guard !name.isEmpty else { return nil }
            rest = rest[name.endIndex...]
            var option = KeyOption(name: ArraySlice(name.map(\.lowercased)).text)
            if rest.first == UInt8(ascii: "=") {
                guard let (value, end) = quoted(rest.dropFirst()) else { return nil }
                option.value = value
                rest = rest[end...]
            }
            options.append(option)
            guard rest.first == UInt8(ascii: ",") else { break }
            rest = rest.dropFirst()
        }
        guard rest.first?.isBlank == true else { return nil }
        return (options, rest.trimmed)
    }

    /// A text in double quotes, in which `\"` is a quote.
    private static func quoted(_ bytes: ArraySlice<UInt8>) -> (value: String, end: Int)? {
        guard bytes.first == UInt8(ascii: "\"") else { return nil }
        var value: [UInt8] = []
        var index = bytes.startIndex + 1
        while index < bytes.endIndex {
            let next = index + 1
            if bytes[index] == UInt8(ascii: "\"") { return (value[...].text, next) }
            if bytes[index] == UInt8(ascii: "\\"), next < bytes.endIndex, bytes[next] == UInt8(ascii: "\"") {
                value.append(bytes[next])
                index += 2
            } else {
                value.append(bytes[index])
                index = next
            }
        }
        return nil
    }
}
