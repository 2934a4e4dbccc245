import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An OpenLDAP server of its own, on a port of its own, with the suffix `dc=corp,dc=example`.
final class Slapd: Sendable {
    static let suffix = "dc=corp,dc=example"
    static let admin = "cn=admin,dc=corp,dc=example"
    static let password = "a secret, of the admin"

    static let isThere =
        Tool("slapd") != nil && Tool("slapadd") != nil && Tool("ldapsearch") != nil
        && FileManager.default.fileExists(atPath: "/etc/ldap/schema/nis.schema")
    static let absence: Comment =
        "NOT TESTED against OpenLDAP: slapd or ldap-utils is missing; `make tools` installs them"

    let folder: String
    let port: UInt16
    let securePort: UInt16
    private let process = Mutex<Process?>(nil)

    /// - Parameters:
    ///   - ldif: what it holds.
    ///   - rules: lines for the database, such as `access to` and `limits`.
    ///   - globals: lines for the server.
    ///   - certificate: what it shows when TLS begins.
    init(_ ldif: String, rules: String = "", globals: String = "", certificate: MadeCertificate? = nil) throws {
        folder = try Scratch.folder()
        port = try FreePort.next()
        securePort = try FreePort.next()
        try FileManager.default.createDirectory(atPath: "\(folder)/db", withIntermediateDirectories: true)
        let tls =
            certificate.map {
                "TLSCACertificateFile \($0.authority)\nTLSCertificateFile \($0.file)\nTLSCertificateKeyFile \($0.key)\n"
            } ?? ""
        try write(
            "slapd.conf",
            """
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            include /etc/ldap/schema/nis.schema
            include \(folder)/more.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload memberof
            pidfile \(folder)/slapd.pid
            \(tls)\(globals)
            database mdb
            suffix \(Self.suffix)
            rootdn \(Self.admin)
            rootpw "\(Self.password)"
            directory \(folder)/db
            maxsize 1073741824
            dbnosync
            \(rules)
            overlay memberof
            memberof-group-oc groupOfNames
            memberof-member-ad member

            """)
        try write("more.schema", Self.schema)
        try write("start.ldif", ldif)
        let loaded = try tool("slapadd").run(["-q", "-f", "\(folder)/slapd.conf", "-l", "\(folder)/start.ldif"])
        try #require(loaded.status == 0, "\(loaded.errors)")
        try write("password", Self.password)
        try start()
    }

    deinit { stop() }

    /// A class of dynamic groups, and attributes of other servers.
    private static let schema = """
        attributetype ( 2.16.840.1.113730.3.1.198 NAME 'memberURL' SUP labeledURI )
        objectclass ( 2.16.840.1.113730.3.2.33 NAME 'groupOfURLs' SUP top STRUCTURAL MUST cn MAY ( memberURL $ description ) )
        attributetype ( 1.3.6.1.4.1.99999.1 NAME 'nsAccountLock' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        attributetype ( 1.3.6.1.4.1.99999.2 NAME 'userAccountControl' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        attributetype ( 1.3.6.1.4.1.99999.3 NAME 'lastLogonTimestamp' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        attributetype ( 1.3.6.1.4.1.99999.4 NAME 'msSFU30Password' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        objectclass ( 1.3.6.1.4.1.99999.10 NAME 'stateful' SUP top AUXILIARY
            MAY ( nsAccountLock $ userAccountControl $ lastLogonTimestamp $ msSFU30Password ) )

        """

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    private func tool(_ name: String) throws -> Tool { try #require(Tool(name)) }

    // MARK: Running

    /// Starts it, and waits until it listens.
    func start() throws {
        let addresses = "ldap://127.0.0.1:\(port) ldaps://127.0.0.1:\(securePort)"
        let started = try tool("slapd").start(
            ["-h", addresses, "-f", "\(folder)/slapd.conf", "-d", "0"], log: "\(folder)/log")
        process.withLock { $0 = started }
        for _ in 0..<500 {
            if FreePort.isOpen(port) { return }
            let log = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
            try #require(started.isRunning, "slapd ended: \(log)")
            usleep(20_000)
        }
        Issue.record("slapd doesn't listen")
    }

    /// Ends it as a power cut would.
    func stop() {
        process.withLock { process in
            guard let running = process else { return }
            if running.isRunning {
                kill(running.processIdentifier, SIGKILL)
                running.waitUntilExit()
            }
            process = nil
        }
    }

    var url: String { "ldap://127.0.0.1:\(port)" }
    var secureURL: String { "ldaps://127.0.0.1:\(securePort)" }

    // MARK: Another client

    private var asAdmin: [String] { ["-x", "-H", url, "-D", Self.admin, "-y", "\(folder)/password"] }

    /// What OpenLDAP's own tool finds: lines of LDIF, unfolded.
    func search(_ base: String, _ filter: String = "(objectClass=*)", _ attributes: String..., scope: String = "base")
        throws -> [String]
    {
        let arguments = asAdmin + ["-LLL", "-o", "ldif-wrap=no", "-b", base, "-s", scope, filter] + attributes
        let ending = try tool("ldapsearch").run(arguments)
        guard ending.status != 32 else { return [] }
        try #require(ending.status == 0, "\(ending.errors)")
        return ending.output.split(separator: "\n").map(String.init)
    }

    /// The values of an attribute of an entry.
    func values(_ attribute: String, of name: String) throws -> [String] {
        try search(name, "(objectClass=*)", attribute).compactMap { line in
            line.hasPrefix("\(attribute): ") ? String(line.dropFirst(attribute.count + 2)) : nil
        }
    }

    /// Makes changes written as LDIF.
    func change(_ ldif: String) throws {
        let ending = try tool("ldapmodify").run(asAdmin, input: ldif + "\n")
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// Whether an account can sign in with a password.
    func accepts(_ password: String, of name: String) throws -> Bool {
        let file = try Scratch.path("password")
        try Data(password.utf8).write(to: URL(filePath: file))
        let ending = try tool("ldapwhoami").run(["-x", "-H", url, "-D", name, "-y", file])
        try #require([0, 49].contains(ending.status), "\(ending.errors)")
        return ending.status == 0
    }
}
