import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A Samba server that is the domain controller of the domain `corp.example`, on an address of its own.
///
/// Its port can't be chosen, but its address can: any of 127.0.0.0/8.
final class SambaDomain: Sendable {
    static let suffix = "DC=corp,DC=example"
    static let admin = "CN=Administrator,CN=Users,DC=corp,DC=example"
    static let password = "A-secret,0f_the\"admin"

    /// The domain that all tests share: it takes a while to make.
    static let shared = Result { try SambaDomain() }

    private static let python = "/usr/bin/python3"
    static let isThere =
        Tool("samba") != nil && Tool("samba-tool") != nil && geteuid() == 0
        && FileManager.default.fileExists(atPath: "/usr/share/samba/setup")
        && (try? Tool("python3")?.run(["-c", "import samba.samdb"]).status) == 0
    static let absence: Comment =
        "NOT TESTED against Active Directory: Samba's domain controller is missing (`make tools`), or this isn't root"

    let folder: String
    let address: String
    let certificate: MadeCertificate
    private let process: Process

    init() throws {
        folder = try Scratch.folder()
        address = try #require(
            (2..<250).lazy.map { "127.77.\(getpid() % 250).\($0)" }.first { !FreePort.isOpen(389, at: $0) })
        certificate = try MadeCertificate(for: "IP:\(address)")
        let samba = try #require(Tool("samba-tool"))
        let made = try samba.run([
            "domain", "provision", "--targetdir=\(folder)/dc", "--realm=CORP.EXAMPLE", "--domain=CORP",
            "--server-role=dc",
            "--dns-backend=NONE", "--adminpass=\(Self.password)", "--host-name=dc1", "--host-ip=\(address)",
        ])
        try #require(made.status == 0, "\(made.errors.suffix(1000))")
        try Self.configure("\(folder)/dc/etc/smb.conf", in: folder, address, certificate)
        let filled = try #require(Tool("python3")).run(["-", "\(folder)/dc/etc/smb.conf"], input: Self.content)
        try #require(filled.status == 0, "\(filled.errors.suffix(1000))")
        process = try #require(Tool("samba")).start(
            ["--interactive", "--model=single", "--configfile=\(folder)/dc/etc/smb.conf", "--debug-stdout"],
            log: "\(folder)/log")
        for _ in 0..<1500 {
            if FreePort.isOpen(636, at: address) { return }
            let log = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
            try #require(process.isRunning, "samba ended: \(log)")
            usleep(20_000)
        }
        Issue.record("samba doesn't listen")
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Puts all that the server keeps and opens into the folder, and leaves only LDAP running.
    private static func configure(
        _ file: String, in folder: String, _ address: String, _ certificate: MadeCertificate
    ) throws {
        let ours = [
            "interfaces = \(address)/8", "bind interfaces only = yes", "server services = ldap",
            "pid directory = \(folder)",
            "log file = \(folder)/samba.log", "ncalrpc dir = \(folder)/ncalrpc",
            "winbindd socket directory = \(folder)/winbindd",
            "ntp signd socket directory = \(folder)/ntp", "tls keyfile = \(certificate.key)",
            "old password allowed period = 0", "tls certfile = \(certificate.file)",
            "tls cafile = \(certificate.authority)",
        ]
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: certificate.key)
        let names = Set(ours.compactMap { $0.split(separator: " = ").first })
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter { line in
            !names.contains { line.drop { $0 == "\t" || $0 == " " }.hasPrefix("\($0) =") }
        }
        let text = lines.joined(separator: "\n").replacingOccurrences(
            of: "[global]", with: "[global]\n" + ours.joined(separator: "\n"))
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// Accounts in all states, groups in each other, and one with 1600 members.
    private static let content = """
        import sys, samba.param, samba.samdb, samba.auth
        settings = samba.param.LoadParm()
        settings.load(sys.argv[1])
        domain = samba.samdb.SamDB(lp=settings, session_info=samba.auth.system_session())
        top = "CN=Users,DC=corp,DC=example"
        def user(name, control, **more):
            domain.add({"dn": f"CN={name},{top}", "objectClass": "user", "sAMAccountName": name.replace(" ", "."),
                        "userAccountControl": str(control), **more})
        def group(name, members, kind=-2147483646):
            domain.add({"dn": f"CN={name},{top}", "objectClass": "group", "sAMAccountName": name, "groupType": str(kind),
                        **({"member": [f"CN={m},{top}" for m in members]} if members else {})})
        domain.transaction_start()
        user("Ada Active", 544, mail="ada@corp.example", givenName="Ada", sn="Active", displayName="Ada A.")
        user("Dora Disabled", 546)
        user("Nina Never", 66080)
        domain.add({"dn": f"CN=WS1,CN=Computers,DC=corp,DC=example", "objectClass": "computer", "sAMAccountName": "WS1$",
                    "userAccountControl": "4128"})
        for number in range(1600):
            domain.add({"dn": f"CN=M{number},{top}", "objectClass": "contact"})
        group("Inner", ["Ada Active"])
        group("Outer", ["Inner", "Dora Disabled"])
        group("Big", [f"M{number}" for number in range(1600)])
        group("Mail", ["Ada Active"], kind=2)
        domain.transaction_commit()

        """

    var url: String { "ldaps://\(address)" }

    /// The values of an attribute, as OpenLDAP's own tool shows them.
    func values(_ attribute: String, of name: String) throws -> [String] {
        let ending = try whoever(
            Self.admin, Self.password, "ldapsearch",
            [
                "-LLL", "-o", "ldif-wrap=no", "-b", name, "-s", "base", "(objectClass=*)", attribute,
            ])
        guard ending.status != 32 else { return [] }
        try #require(ending.status == 0, "\(ending.errors)")
        return ending.output.split(separator: "\n").compactMap { line in
            line.hasPrefix("\(attribute): ") ? String(line.dropFirst(attribute.count + 2)) : nil
        }
    }

    /// Whether an account can sign in with a password.
    func accepts(_ password: String, of name: String) throws -> Bool {
        let ending = try whoever(name, password, "ldapsearch", ["-LLL", "-b", "", "-s", "base", "1.1"])
        try #require([0, 49].contains(ending.status), "\(ending.errors)")
        return ending.status == 0
    }

    private func whoever(_ name: String, _ password: String, _ tool: String, _ arguments: [String]) throws
        -> Tool.Ending
    {
        let file = try Scratch.path("password")
        try Data(password.utf8).write(to: URL(filePath: file))
        return try #require(Tool(tool)).run(
            ["-x", "-H", url, "-D", name, "-y", file] + arguments,
            environment: ["LDAPTLS_CACERT": certificate.authority])
    }
}
