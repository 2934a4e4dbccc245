import AccessModel
import CLibldap

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A connection of the library, closed when nobody uses it any more.
final class LDAPHandle {
    let pointer: OpaquePointer
    private let socket: Int32
    private let settings: ConnectionSettings

    /// Connects, and begins TLS where the address asks for it.
    ///
    /// - Parameter verifying: whether the server's certificate has to be a good one.
    /// - Throws: an ``LDAPFailure`` when there is no such server, or it isn't trusted.
    init(_ settings: ConnectionSettings, verifying: Bool = true) throws {
        let socket = try ServerSocket.connected(settings)
        var made: OpaquePointer?
        let status = ldap_init_fd(socket, LDAP_PROTO_TCP, settings.address.url, &made)
        guard status == LDAP_SUCCESS, let made else {
            close(socket)
            throw LDAPFailure(result: LDAPResult(code: status), work: "\(settings.address.url): connecting", remark: "")
        }
        pointer = made
        self.socket = socket
        self.settings = settings
        // What files and variables of the machine say of limits and trust is for other programs.
        try set(LDAP_OPT_PROTOCOL_VERSION, 3)
        try set(LDAP_OPT_DEREF, LDAP_DEREF_ALWAYS)
        try set(LDAP_OPT_SIZELIMIT, 0)
        try set(LDAP_OPT_TIMELIMIT, 0)
        try check(clibldap_follow_no_referrals(pointer))
        if settings.isEncrypted { try trust(verifying: verifying) }
        if settings.address.isSecure { try beginTLS() }
    }

    deinit { ldap_unbind_ext_s(pointer, nil, nil) }

    private func trust(verifying: Bool) throws {
        try check(ldap_set_option(pointer, LDAP_OPT_X_TLS_CACERTDIR, nil))
        if case .authorities(let file) = settings.trust, verifying {
            try check(ldap_set_option(pointer, LDAP_OPT_X_TLS_CACERTFILE, file), "ca-file: \(file)")
            try set(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND)
        } else {
            try set(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_NEVER)
        }
        try set(LDAP_OPT_X_TLS_PROTOCOL_MIN, 0x303)
        var isServer: Int32 = 0
        try check(
            ldap_set_option(pointer, LDAP_OPT_X_TLS_NEWCTX, &isServer), "the certificate authorities can't be used")
    }

    /// Begins TLS on the connection.
    ///
    /// The library waits for the server as long as it takes, so somebody has to look at the clock.
    func beginTLS() throws {
        let watch = SocketWatch(over: socket, seconds: settings.secondsToConnect)
        let status = ldap_install_tls(pointer)
        let isLate = watch.end()
        guard status != LDAP_SUCCESS else { return }
        throw LDAPFailure(
            result: isLate ? .timeout : LDAPResult(code: status), work: "\(settings.address.url): beginning TLS",
            remark: isLate ? "no answer within \(settings.secondsToConnect) seconds" : lastRemark)
    }

    private func set(_ option: Int32, _ value: Int32) throws {
        var value = value
        try check(ldap_set_option(pointer, option, &value))
    }

    private func check(_ status: Int32, _ remark: String = "") throws {
        guard status != LDAP_OPT_SUCCESS else { return }
        var failure = LDAPFailure(
            result: LDAPResult(code: status), work: "preparing a connection to \(settings.address.url)", remark: remark)
        failure.override = .failedPrecondition
        throw failure
    }

    /// The code of what went wrong last.
    var lastResult: LDAPResult {
        var code: Int32 = 0
        ldap_get_option(pointer, LDAP_OPT_RESULT_CODE, &code)
        return LDAPResult(code: code)
    }

    /// What the server said when something went wrong last.
    var lastRemark: String {
        var text: UnsafeMutablePointer<CChar>?
        ldap_get_option(pointer, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text)
        defer { ldap_memfree(text) }
        return text.map { String(cString: $0) } ?? ""
    }
}
