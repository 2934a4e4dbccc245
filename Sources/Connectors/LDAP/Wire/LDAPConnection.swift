import AccessModel
import CLibldap
import ConnectorKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One connection to the server, opened when it is first needed and again when it broke.
///
/// The library's calls wait, so they run on a thread of their own.
actor LDAPConnection {
    private nonisolated let executor = QueueExecutor(label: "ldap connection")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let settings: ConnectionSettings
    private var handle: LDAPHandle?

    init(_ settings: ConnectionSettings) {
        self.settings = settings
    }

    /// Whether it is open, as far as is known.
    var isOpen: Bool { handle != nil }

    /// Closes it; the next request opens it again.
    func close() {
        handle = nil
    }

    /// Does something that changes nothing, once more on a new connection when an old one turns out to be broken.
    func reading<Value>(_ work: (LDAPHandle) throws -> Value) throws -> Value {
        let wasOpen = handle != nil
        do {
            return try once(work)
        } catch let failure as LDAPFailure where wasOpen && failure.result.isBroken && failure.result != .timeout {
            return try once(work)
        }
    }

    /// Does something once.
    func once<Value>(_ work: (LDAPHandle) throws -> Value) throws -> Value {
        do {
            return try work(opened())
        } catch let failure as LDAPFailure where failure.result.isBroken {
            handle = nil
            throw failure
        }
    }

    private func opened() throws -> LDAPHandle {
        if let handle { return handle }
        let fresh = try connected()
        try bind(fresh)
        handle = fresh
        return fresh
    }

    // MARK: Connecting

    private func connected() throws -> LDAPHandle {
        do {
            return try secured(LDAPHandle(settings))
        } catch let failure as LDAPFailure {
            throw try explained(failure)
        }
    }

    /// The handle, with TLS on it if it is to be started.
    private func secured(_ handle: LDAPHandle) throws -> LDAPHandle {
        guard settings.startsTLS else { return handle }
        var id: Int32 = 0
        try sent(ldap_start_tls(handle.pointer, nil, nil, &id), on: handle, "starting TLS")
        let answer = try answer(to: id, on: handle, "starting TLS")
        guard answer.result == .success else {
            throw failure(answer.result, "starting TLS", answer.remark)
                .curing("If the server has no StartTLS, name an ldaps:// address with --url and leave out --start-tls.")
        }
        try handle.beginTLS()
        return handle
    }

    /// What a failed connection means: a server whose certificate isn't trusted is there, and will not be trusted later either.
    private func explained(_ failure: LDAPFailure) throws -> LDAPFailure {
        guard failure.result.isBroken, failure.result != .timeout, settings.isEncrypted,
            case .authorities(let file) = settings.trust
        else {
            return failure
        }
        // Nothing is sent on this connection; it only tells whether it is the certificate that is in the way.
        guard (try? secured(LDAPHandle(settings, verifying: false))) != nil else { return failure }
        var explained = failure
        explained.override = .failedPrecondition
        return explained.curing(
            "The server's certificate isn't one that the authorities in \(file) signed for the name \(settings.address.host). "
                + "Name the authority's PEM file with --ca-file, and in --url the server as the certificate does.")
    }

    private func bind(_ handle: LDAPHandle) throws {
        var id: Int32 = 0
        let status = settings.password.withBytes { password in
            ldap_sasl_bind(handle.pointer, settings.bindDN, nil, password, nil, nil, &id)
        }
        let work = "binding as \(settings.bindDN)"
        try sent(status, on: handle, work)
        let answer = try answer(to: id, on: handle, work)
        guard answer.result != .success else { return }
        let failure = failure(answer.result, work, answer.remark)
        throw failure.curing(BindRefusal.cure(of: failure, as: settings))
    }

    // MARK: Answers

    /// What a request came to.
    struct Answer {
        let result: LDAPResult
        let remark: String
        /// Where a search should go on after this page; empty at the end.
        var cookie: [UInt8] = []
        /// Servers that hold a part of what was searched.
        var references: [String] = []
    }

    /// Checks that a request went out.
    func sent(_ status: Int32, on handle: LDAPHandle, _ work: String) throws {
        guard status != LDAP_SUCCESS else { return }
        throw failure(LDAPResult(code: status), work, handle.lastRemark)
    }

    /// Waits for the answer to a request.
    ///
    /// - Parameter entry: gets each entry as it comes in.
    func answer(
        to id: Int32, on handle: LDAPHandle, _ work: String, entry: (OpaquePointer) throws -> Void = { _ in }
    ) throws -> Answer {
        let deadline = ContinuousClock.now + settings.timeout
        var references: [String] = []
        while true {
            try letGo(of: id, on: handle, at: deadline, work)
            var wait = timeval(tv_sec: 0, tv_usec: 200_000)
            var message: OpaquePointer?
            let kind = ldap_result(handle.pointer, id, LDAP_MSG_ONE, &wait, &message)
            if kind == 0 { continue }
            guard kind > 0, let message else { throw failure(handle.lastResult, work, handle.lastRemark) }
            defer { ldap_msgfree(message) }
            switch kind {
            case CLIBLDAP_ENTRY:
                do {
                    try entry(message)
                } catch {
                    ldap_abandon_ext(handle.pointer, id, nil, nil)
                    throw error
                }
            case CLIBLDAP_REFERENCE: references += Self.references(in: message, of: handle)
            case CLIBLDAP_INTERMEDIATE: continue
            default:
                var answer = try result(in: message, of: handle, work)
                answer.references += references
                return answer
            }
        }
    }

    /// Gives a request up when nobody waits for it any more, or it took too long.
    private func letGo(
        of id: Int32, on handle: LDAPHandle, at deadline: ContinuousClock.Instant, _ work: String
    ) throws {
        if Task.isCancelled {
            ldap_abandon_ext(handle.pointer, id, nil, nil)
            throw CancellationError()
        }
        guard ContinuousClock.now >= deadline else { return }
        ldap_abandon_ext(handle.pointer, id, nil, nil)
        throw failure(.timeout, work, "no answer within \(settings.timeout.components.seconds) seconds")
    }

    private static func references(in message: OpaquePointer, of handle: LDAPHandle) -> [String] {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        guard ldap_parse_reference(handle.pointer, message, &list, nil, 0) == LDAP_SUCCESS else { return [] }
        defer { ber_memvfree(UnsafeMutableRawPointer(list)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)) }
        return sequence(list).map { String(cString: $0) }
    }

    private func result(in message: OpaquePointer, of handle: LDAPHandle, _ work: String) throws -> Answer {
        var code: Int32 = 0
        var remark: UnsafeMutablePointer<CChar>?
        var referrals: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
        let status = ldap_parse_result(handle.pointer, message, &code, nil, &remark, &referrals, &controls, 0)
        defer {
            ldap_memfree(remark)
            ber_memvfree(UnsafeMutableRawPointer(referrals)?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self))
            ldap_controls_free(controls)
        }
        guard status == LDAP_SUCCESS else { throw failure(LDAPResult(code: status), work, handle.lastRemark) }
        return Answer(
            result: LDAPResult(code: code), remark: remark.map { String(cString: $0) } ?? "",
            cookie: Self.cookie(in: controls, of: handle), references: sequence(referrals).map { String(cString: $0) })
    }

    private static func cookie(
        in controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?, of handle: LDAPHandle
    ) -> [UInt8] {
        guard let control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nil) else { return [] }
        var count: ber_int_t = 0
        var cookie = berval()
        guard ldap_parse_pageresponse_control(handle.pointer, control, &count, &cookie) == LDAP_SUCCESS else {
            return []
        }
        defer { ber_memfree(cookie.bv_val) }
        return Array(cookie.bytes)
    }

    /// What went wrong, without the password should the server have repeated it.
    func failure(_ result: LDAPResult, _ work: String, _ remark: String) -> LDAPFailure {
        let lines = remark.split(whereSeparator: \.isNewline).joined(separator: " ")
        let password = settings.password.reveal()
        let isTelling = !password.isEmpty && lines.utf8.count >= password.utf8.count && lines.contains(password)
        return LDAPFailure(
            result: result, work: "\(settings.address.url): \(work)", remark: isTelling ? "" : String(lines.prefix(500))
        )
    }
}

extension Secret {
    /// Calls `body` with the bytes of the secret.
    func withBytes<Value>(_ body: (UnsafeMutablePointer<berval>) -> Value) -> Value {
        var bytes = Array(reveal().utf8CString)
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var value = berval(bv_len: ber_len_t(buffer.count - 1), bv_val: buffer.baseAddress)
            return withUnsafeMutablePointer(to: &value, body)
        }
    }
}
