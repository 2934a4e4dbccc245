import AccessModel
import ConnectorKit
import Synchronization

/// How a server takes passwords.
enum PasswordWay: Sendable {
    /// As a request of its own (RFC 3062), for a server that would keep what is written as it is.
    case server
    /// As the attribute `userPassword`, which the server turns into a digest.
    case attribute
    /// As the attribute `unicodePwd`, on an encrypted connection only.
    case activeDirectory

    /// The way of the server behind `directory`.
    init(in directory: Directory) async throws {
        let facts = try await directory.serverFacts()
        self = facts.isActiveDirectory ? .activeDirectory : facts.isOpenLDAP ? .server : .attribute
    }

    /// Puts a password into an account that is to be made, where it belongs there.
    func prepare(
        _ entry: inout NewEntry, _ password: Secret, mustChange: Bool, in settings: ConnectionSettings
    ) throws {
        entry.dropPasswords()
        switch self {
        case .server:
            try Self.refuseChange(mustChange)
            // This class can't be without one.
            guard entry.classes.contains(where: { $0.isSameName(as: "simpleSecurityObject") }) else { return }
            entry.set("userPassword", [Array(password.reveal().utf8)])
        case .attribute:
            try Self.refuseChange(mustChange)
            entry.set("userPassword", [Array(password.reveal().utf8)])
        case .activeDirectory:
            entry.set("unicodePwd", [try Self.quoted(password, in: settings)])
            if mustChange { entry.set("pwdLastSet", [Array("0".utf8)]) }
            // What has a password is there to sign in with. Without this, a new account is disabled.
            let isUser = entry.classes.contains { $0.isSameName(as: "user") }
            if isUser, !entry.has("userAccountControl") { entry.set("userAccountControl", [Array("512".utf8)]) }
        }
    }

    /// What changes an account's password.
    func changes(to password: Secret, mustChange: Bool, in settings: ConnectionSettings) throws -> [LDAPChange] {
        guard self == .activeDirectory else {
            try Self.refuseChange(mustChange)
            return [.replace("userPassword", [Array(password.reveal().utf8)])]
        }
        let change = LDAPChange.replace("unicodePwd", [try Self.quoted(password, in: settings)])
        return mustChange ? [change, .replace("pwdLastSet", [Array("0".utf8)])] : [change]
    }

    /// Refuses what only Active Directory has an attribute for.
    static func refuseChange(_ mustChange: Bool) throws {
        guard mustChange else { return }
        throw ServiceError(
            .invalidArgument,
            "credential: that it must be changed at the next login can only be said to Active Directory.")
    }

    /// A password in quotation marks, as UTF-16.
    private static func quoted(_ password: Secret, in settings: ConnectionSettings) throws -> [UInt8] {
        guard settings.isEncrypted else {
            throw ServiceError(
                .failedPrecondition,
                "\(settings.address.url): Active Directory takes passwords on encrypted connections only. Use ldaps:// in --url, or --start-tls."
            )
        }
        return "\"\(password.reveal())\"".utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
    }
}

extension CredentialRequest {
    /// The password to set; nil when there is to be none.
    func password() throws -> Secret? {
        switch kind {
        case .noPassword: return nil
        case .sso:
            throw ServiceError(.invalidArgument, "credential: an account of a directory can't sign in elsewhere.")
        case .password(let password):
            guard !password.isEmpty, !password.reveal().utf8.contains(0) else {
                throw ServiceError(.invalidArgument, "credential: the password is empty or has a zero byte.")
            }
            return password
        }
    }
}

/// The highest of the numbers that accounts have.
final class HighestNumber: Sendable {
    private let state = Mutex<Int64?>(nil)

    func take(_ number: Int64?) {
        guard let number else { return }
        state.withLock { $0 = max($0 ?? number, number) }
    }

    /// One more; 1000 when there are none, below which systems keep numbers for themselves.
    var next: Int64 { state.withLock { ($0 ?? 999) &+ 1 } }
}
