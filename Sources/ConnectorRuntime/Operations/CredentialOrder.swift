import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import CredentialCipher
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What credential is asked for, and who may read it.
///
/// The ecosystem makes a random password and throws it away. Here nothing is made that nobody could read.
struct CredentialOrder: Sendable {
    static let flags = [
        SharedFlags.flag(
            "encrypt-to", .strings,
            "Print new credentials encrypted for this recipient: age1…, ssh-ed25519 …, a JWK, or a file with one"),
        SharedFlags.flag("show-credentials", .bool, "Print new credentials as they are"),
        SharedFlags.flag("no-password", .bool, "Create the account without a password"),
    ]

    /// Length of a random password, as everywhere.
    private static let passwordLength: Int64 = 20

    /// For whom credentials are encrypted.
    let recipients: [C1_Connector_V2_EncryptionConfig]
    /// Whether they are printed in the clear.
    let isShown: Bool
    private let isWithoutPassword: Bool

    init(_ flags: ParsedFlags) throws {
        recipients = try flags.strings("encrypt-to").map(Self.recipient)
        isShown = flags.bool("show-credentials")
        isWithoutPassword = flags.bool("no-password")
    }

    /// The options to ask for.
    ///
    /// - Throws: `UsageError` when the syncer can't do it, or when nobody could read what it makes.
    func options(
        among choices: CredentialChoices, _ flag: String
    ) throws -> C1_Connector_V2_CredentialOptions {
        if isWithoutPassword {
            guard choices.supported.contains(.noPassword) else {
                throw UsageError("no-password: not possible here")
            }
            return .with { $0.noPassword = .init() }
        }
        let isReadable = isShown || !recipients.isEmpty
        guard choices.supported.contains(.randomPassword), isReadable || choices.preferred != .noPassword else {
            guard choices.supported.contains(.noPassword) else {
                throw UsageError("\(flag): this connector makes no credentials by itself")
            }
            return .with { $0.noPassword = .init() }
        }
        guard isReadable else {
            let rest = choices.supported.contains(.noPassword) ? ", or go without one with --no-password" : ""
            throw UsageError(
                "\(flag): nobody could read the new password. Say --encrypt-to RECIPIENT or --show-credentials\(rest).")
        }
        return .with { $0.randomPassword.length = Self.passwordLength }
    }

    private static func recipient(_ text: String) throws -> C1_Connector_V2_EncryptionConfig {
        var key = text
        if FileKind(at: text) == .file, let content = FileManager.default.contents(atPath: text) {
            key = String(decoding: content, as: UTF8.self)
        }
        return try Recipient(parsing: key).config
    }
}
