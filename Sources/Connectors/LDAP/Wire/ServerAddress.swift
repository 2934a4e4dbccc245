import AccessModel
import CLibldap

/// Where a server listens.
struct ServerAddress: Sendable {
    /// Whether TLS begins with the connection.
    let isSecure: Bool
    /// What the library connects to, such as `ldap://ldap.example.com:389`; also what errors call the server.
    let url: String
    /// Its name or number.
    let host: String
    let port: Int

    /// Reads an address.
    ///
    /// - Throws: a `ServiceError` that names `place` when it is none, or none of LDAP over TCP.
    init(parsing text: String, in place: String) throws {
        guard let end = text.range(of: "://")?.lowerBound else {
            throw Self.wrong(place, "\"\(text.prefix(200))\" is no address")
        }
        let scheme = text[..<end].lowercased()
        guard scheme == "ldap" || scheme == "ldaps" else {
            throw Self.wrong(place, "unsupported scheme: \(scheme.prefix(40))")
        }
        var parsed: UnsafeMutablePointer<LDAPURLDesc>?
        guard ldap_url_parse(text, &parsed) == LDAP_URL_SUCCESS, let parsed else {
            throw Self.wrong(place, "\"\(text.prefix(200))\" is no address")
        }
        defer { ldap_free_urldesc(parsed) }
        guard let name = parsed.pointee.lud_host, name.pointee != 0 else { throw Self.wrong(place, "names no server") }
        isSecure = scheme == "ldaps"
        host = String(cString: name)
        port = parsed.pointee.lud_port == 0 ? (isSecure ? 636 : 389) : Int(parsed.pointee.lud_port)
        url = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func wrong(_ place: String, _ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "\(place): \(problem). Write ldaps://ldap.example.com or ldap://host:port.")
    }
}

extension String {
    /// Where `part` stands, compared as bytes.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        let (whole, part) = (utf8, part.utf8)
        var place = whole.startIndex
        while place < whole.endIndex {
            if whole[place...].starts(with: part) { return place..<whole.index(place, offsetBy: part.count) }
            whole.formIndex(after: &place)
        }
        return nil
    }
}
