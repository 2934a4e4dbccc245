public import AccessModel
import GRDB

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Who may use Lantern: people with their passwords, sessions and tokens, and what they did.
///
/// It has a database of its own, so that nobody waits for a large import to sign in.
public final class SignIn: Sendable {
    let pool: DatabasePool
    let now: @Sendable () -> Int64
    let hasher: PasswordHasher

    /// Opens the database at `path`.
    ///
    /// - Parameters:
    ///   - isBroughtUpToDate: whether tables of an older version are brought up to date; only for copying they may stay as they are.
    ///   - now: the time, in seconds since 1970.
    /// - Throws: `DatabaseError` when it is damaged or can't be opened.
    public init(
        at path: String, isBroughtUpToDate: Bool = true, now: @escaping @Sendable () -> Int64 = SignIn.systemTime
    ) throws {
        self.now = now
        hasher = PasswordHasher()
        var configuration = Configuration()
        configuration.label = "sign-in"
        configuration.busyMode = .timeout(30)
        Self.makePrivateFile(path)
        pool = try DatabasePool(path: path, configuration: configuration)
        if isBroughtUpToDate { try SignInSchema.migrator.migrate(pool) }
    }

    /// Makes a database's file before SQLite makes it, because it would let others read it.
    static func makePrivateFile(_ path: String) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { shut(descriptor) }
    }

    /// The time of the system's clock.
    @Sendable public static func systemTime() -> Int64 { Int64(time(nil)) }

    /// Closes the database once nobody uses it any more.
    public func close() throws { try pool.close() }
}

/// Beside the method of that name.
private func shut(_ descriptor: Int32) { close(descriptor) }

/// Why somebody may not do something, in words for the person.
public struct SignInError: Error, StatusCoded, CustomStringConvertible {
    /// How a caller treats it.
    public let statusCode: StatusCode
    /// One line: what is wrong, what to do.
    public let description: String

    /// An error with a code and a text for a person.
    public init(_ code: StatusCode, _ description: String) {
        statusCode = code
        self.description = description
    }
}
