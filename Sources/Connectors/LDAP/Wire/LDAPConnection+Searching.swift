import AccessModel
import CLibldap

/// What is looked for, and where.
struct LDAPSearch: Sendable {
    /// How far below the base.
    enum Scope: Sendable {
        case base, one, subtree

        fileprivate var number: Int32 {
            switch self {
            case .base: CLIBLDAP_SCOPE_BASE
            case .one: CLIBLDAP_SCOPE_ONE
            case .subtree: CLIBLDAP_SCOPE_SUBTREE
            }
        }
    }

    let base: String
    var scope = Scope.subtree
    let filter: LDAPFilter
    /// The attributes wanted.
    let attributes: [String]

    /// None of the attributes, only names.
    static let noAttributes = [LDAP_NO_ATTRS]

    fileprivate var work: String { base.isEmpty ? "reading the root of the server" : "searching \(base)" }
}

/// A part of what a search finds, and where it goes on.
struct LDAPPage<Row: Sendable>: Sendable {
    var rows: [Row] = []
    /// What the next page is asked with; empty after the last.
    var cookie: [UInt8] = []
    /// Servers that hold a part of what was searched.
    var references: [String] = []
}

extension LDAPConnection {
    /// All that a search finds, which must not be much.
    ///
    /// - Parameter read: makes a row of an entry; nil leaves it out.
    func all<Row: Sendable>(_ search: LDAPSearch, read: @Sendable (LDAPEntry) throws -> Row?) throws -> LDAPPage<Row> {
        try reading { try page(of: search, on: $0, control: nil, read: read) }
    }

    /// The first page of what a search finds.
    func firstPage<Row: Sendable>(
        of search: LDAPSearch, size: Int, read: @Sendable (LDAPEntry) throws -> Row?
    ) throws -> LDAPPage<Row> {
        try reading { try page(of: search, on: $0, after: [], size: size, read: read) }
    }

    /// The page that `cookie` stands for; nil when the connection isn't any more the one it came over.
    func page<Row: Sendable>(
        of search: LDAPSearch, after cookie: [UInt8], size: Int, read: @Sendable (LDAPEntry) throws -> Row?
    ) throws -> LDAPPage<Row>? {
        guard isOpen else { return nil }
        return try once { try page(of: search, on: $0, after: cookie, size: size, read: read) }
    }

    private func page<Row: Sendable>(
        of search: LDAPSearch, on handle: LDAPHandle, after cookie: [UInt8], size: Int,
        read: (LDAPEntry) throws -> Row?
    ) throws -> LDAPPage<Row> {
        var control: UnsafeMutablePointer<LDAPControl>?
        var cookie = cookie.map { CChar(bitPattern: $0) }
        let status = cookie.withUnsafeMutableBufferPointer { buffer in
            var value = berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
            // A server that knows no pages sends all at once; it isn't refused for that.
            return ldap_create_page_control(handle.pointer, ber_int_t(size), &value, 0, &control)
        }
        defer { ldap_control_free(control) }
        try sent(status, on: handle, search.work)
        return try page(of: search, on: handle, control: control, read: read)
    }

    private func page<Row: Sendable>(
        of search: LDAPSearch, on handle: LDAPHandle, control: UnsafeMutablePointer<LDAPControl>?,
        read: (LDAPEntry) throws -> Row?
    ) throws -> LDAPPage<Row> {
        let id = try send(search, on: handle, control)
        var page = LDAPPage<Row>()
        let answer = try answer(to: id, on: handle, search.work) { message in
            guard let entry = LDAPEntry(message, of: handle.pointer) else {
                throw ServiceError(.dataLoss, "\(settings.address.url): \(search.work): an entry came in damaged.")
            }
            if let row = try read(entry) { page.rows.append(row) }
        }
        guard answer.result == .success else { throw explained(answer, search) }
        page.cookie = answer.cookie
        page.references = answer.references
        return page
    }

    private func send(
        _ search: LDAPSearch, on handle: LDAPHandle, _ control: UnsafeMutablePointer<LDAPControl>?
    ) throws -> Int32 {
        var id: Int32 = 0
        let status = withCStrings(search.attributes) { attributes in
            // An empty list when there is no control.
            var controls = [control, nil]
            return ldap_search_ext(
                handle.pointer, search.base, search.scope.number, search.filter.text, attributes, 0, &controls, nil,
                nil, 0,
                &id)
        }
        if LDAPResult(code: status) == .badFilter {
            throw failure(.badFilter, search.work, search.filter.text)
                .curing("Check --filter (BATON_FILTER).")
        }
        try sent(status, on: handle, search.work)
        return id
    }

    private func explained(_ answer: Answer, _ search: LDAPSearch) -> LDAPFailure {
        let failure = failure(answer.result, search.work, answer.remark)
        switch answer.result {
        case .sizeLimitExceeded, .adminLimitExceeded:
            return failure.curing(
                "The server lets \(settings.bindDN) see only a part. Lift its limits: in OpenLDAP with "
                    + "`limits dn.exact=\"\(settings.bindDN)\" size=unlimited time=unlimited`.")
        case .timeLimitExceeded:
            return failure.curing("Lift the time limit of \(settings.bindDN), or index what is searched for.")
        case .insufficientAccess, .confidentialityRequired:
            return failure.curing("Let \(settings.bindDN) read and search there.")
        case .operationsError where answer.remark.contains("bind"):
            return failure.curing("Active Directory wants an account: check --bind-dn and BATON_PASSWORD.")
        case .referral:
            let servers = answer.references.joined(separator: " ")
            return failure.curing("It is on another server, \(servers): name that one with --url.")
        default: return failure
        }
    }
}

/// Calls `body` with a list of C strings that ends with a null.
private func withCStrings<Value>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    list.initialize(repeating: nil, count: texts.count + 1)
    for (place, text) in texts.enumerated() { list[place] = ber_strdup(text) }
    defer {
        sequence(list).forEach { ber_memfree($0) }
        list.deallocate()
    }
    return body(list)
}
