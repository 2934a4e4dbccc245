import AccessModel
import CLibldap

/// Where the members of a dynamic group are: an address such as `ldap:///ou=people,dc=example,dc=com??sub?(title=Engineer)`.
///
/// Its server isn't looked at: the members are those of the directory itself.
struct MemberAddress: Sendable {
    let search: LDAPSearch

    /// - Throws: a `ServiceError` that quotes an address which is none, or which looks where no search can.
    init(parsing text: String) throws {
        var parsed: UnsafeMutablePointer<LDAPURLDesc>?
        guard !text.utf8.contains(0), ldap_url_parse(text, &parsed) == LDAP_URL_SUCCESS, let parsed else {
            throw Self.wrong(text, "it is no LDAP address")
        }
        defer { ldap_free_urldesc(parsed) }
        let scope: LDAPSearch.Scope
        // The library takes a missing scope for the base itself; here all below is meant.
        let isSaid = text.split(separator: "?", omittingEmptySubsequences: false).dropFirst(2).first.map { !$0.isEmpty }
        switch parsed.pointee.lud_scope {
        case CLIBLDAP_SCOPE_BASE: scope = isSaid == true ? .base : .subtree
        case CLIBLDAP_SCOPE_ONE: scope = .one
        case CLIBLDAP_SCOPE_SUBTREE: scope = .subtree
        default: throw Self.wrong(text, "its scope is none of base, one and sub")
        }
        let base = parsed.pointee.lud_dn.map { String(cString: $0) } ?? ""
        guard DistinguishedName(base) != nil else { throw Self.wrong(text, "its base is no distinguished name") }
        let filter = parsed.pointee.lud_filter.map { String(cString: $0) } ?? ""
        search = LDAPSearch(
            base: base, scope: scope,
            filter: try LDAPFilter(written: filter, in: "memberURL \(text.prefix(200))") ?? .any,
            attributes: LDAPSearch.noAttributes)
    }

    private static func wrong(_ text: String, _ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "memberURL \"\(text.prefix(200))\": \(problem). Correct the group.")
    }
}
