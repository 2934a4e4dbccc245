import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import CredentialCipher
import Crypto
import SwiftProtobuf
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes on a role with somebody's token, and hands the session's keys on encrypted.
struct WebIdentityAction: Sendable {
    let tokens: SecurityTokens

    private static let longestPolicy = 2048

    /// The action as it is offered.
    var action: Action {
        var token = ActionField.text(
            "web_identity_token", "OIDC token", description: "A short-lived token of an issuer that the role trusts"
        ).required
        token.isSecret = true
        return Action(
            "assume_role_with_web_identity", displayName: "Issue AWS STS Session",
            description: "Exchanges a token of an OpenID Connect issuer for a session of a role, encrypted",
            purposes: [.dynamic],
            arguments: [
                .text("role_arn", "Role ARN", description: "The role, whose trust policy names the issuer").required,
                token,
                .text("age_recipient", "Encryption recipient", description: "The age recipient of the keys").required,
                .text("session_name", "Session name", description: "What the session is called, 2 to 64 characters")
                    .required,
                .number("duration_seconds", "Duration seconds", description: "How long it lasts, 900 to 43200")
                    .required,
                .text("policy_json", "Session policy", description: "What the session may do at most, as JSON"),
            ],
            results: [
                .text("encrypted_credentials", "Encrypted credentials", description: "An age file in base 64"),
                .text("encryption_key_id", "Encryption key ID"), .text("expiration", "Expiration"),
                .text("assumed_role_arn", "Assumed role ARN"),
            ], perform: perform)
    }

    @Sendable private func perform(_ arguments: ActionArguments) async throws -> Profile {
        let order = try Order(arguments)
        let made = try await tokens.assume(
            order.role, webIdentity: order.token, session: order.session, seconds: order.seconds, policy: order.policy)
        guard let session = made.credentials.sessionToken, let end = made.credentials.expiresAt,
            let time = CivilTime(unixSeconds: Int64(end.timeIntervalSince1970)), let arn = made.sessionARN
        else { throw ServiceError(.internal, "sts:AssumeRoleWithWebIdentity: the answer lacks a part of the session.") }
        let keys = JSONValue.object([
            ("access_key_id", .string(made.credentials.accessKeyID)), ("expiration", .string(time.rfc3339())),
            ("secret_access_key", .string(made.credentials.secretAccessKey.reveal())),
            ("session_token", .string(session.reveal())),
        ])
        let encrypted = try order.recipient.encrypt(.with { $0.bytes = Data(keys.text.utf8) })
        return [
            "encrypted_credentials": .text(Data(encrypted.encryptedBytes).base64EncodedString()),
            "encryption_key_id": .text(order.recipient.keyID), "expiration": .text(time.rfc3339()),
            "assumed_role_arn": .text(arn),
        ]
    }

    /// What was asked for, checked.
    private struct Order {
        let role: String
        let token: Secret
        let recipient: Recipient
        let session: String
        let seconds: Int
        let policy: String?

        init(_ arguments: ActionArguments) throws {
            role = try Self.text("role_arn", arguments)
            token = Secret(try Self.text("web_identity_token", arguments))
            recipient = try Self.recipient(Self.text("age_recipient", arguments))
            session = try arguments.text("session_name")
            guard (2...64).contains(session.utf8.count), session.utf8.allSatisfy(Self.isNameByte) else {
                throw Self.wrong("session_name", "has 2 to 64 letters, digits and +=,.@_-")
            }
            guard let value = arguments.values.fields["duration_seconds"], case .numberValue(let number)? = value.kind,
                let whole = Int(exactly: number), (900...43200).contains(whole)
            else { throw Self.wrong("duration_seconds", "is a number from 900 to 43200") }
            seconds = whole
            policy = arguments.values.string("policy_json").flatMap { $0.isEmpty ? nil : $0 }
            if let policy {
                guard policy.utf8.count <= WebIdentityAction.longestPolicy,
                    (try? JSONValue(parsing: Array(policy.utf8))) != nil
                else {
                    throw Self.wrong("policy_json", "is JSON of at most \(WebIdentityAction.longestPolicy) bytes")
                }
            }
        }

        private static func text(_ name: String, _ arguments: ActionArguments) throws -> String {
            let text = try arguments.text(name)
            guard text.contains(where: { !$0.isWhitespace }) else { throw wrong(name, "must not be empty") }
            return text
        }

        private static func recipient(_ text: String) throws -> Recipient {
            guard text.hasPrefix("age1") else { throw wrong("age_recipient", "is one recipient, age1…") }
            return try Recipient(
                .with {
                    $0.provider = "baton/age/v1"
                    $0.ageRecipientConfig = .with { $0.recipient = text }
                })
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "_+=,.@-".contains(character))
        }

        private static func wrong(_ name: String, _ rule: String) -> ServiceError {
            ServiceError(.invalidArgument, "argument \(name): \(rule).")
        }
    }
}
