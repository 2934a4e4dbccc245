import AccessModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where an organisation is: a host, perhaps with a port, always by https.
struct OktaAddress: Sendable {
    /// `https://host` or `https://host:port`.
    let url: String

    /// Reads what people write for `--domain`, with or without `https://`.
    ///
    /// - Throws: a `ServiceError` when it is more than a host and port, or another scheme.
    init(parsing text: String) throws {
        let full = text.contains("://") ? text : "https://\(text)"
        guard let parts = URLComponents(string: full), let host = parts.host, !host.isEmpty else {
            throw Self.wrong("it is no host name")
        }
        guard parts.scheme?.lowercased() == "https" else { throw Self.wrong("only https is supported") }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else { throw Self.wrong("it is more than a host name") }
        let name = host.lowercased()
        url = "https://\(name)" + (parts.port.map { ":\($0)" } ?? "")
        guard !name.contains("-admin.okta") else {
            throw Self.wrong("this is the address of the Admin Console; leave out \"-admin\"")
        }
    }

    private static func wrong(_ problem: String) -> ServiceError {
        ServiceError(.invalidArgument, "domain: \(problem). Write it as acme.okta.com.")
    }
}
