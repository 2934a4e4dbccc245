/// How an account may log in through sshd.
struct DaemonLogin: Sendable {
    /// What decides about one account.
    struct Candidate: Sendable {
        var name: String
        var groups: [String]
        var uid: UInt32
        var password: Password
        /// Keys that sshd would accept from this account.
        var keys: [AuthorizedKey]
        /// Whether more keys may exist that could not be read.
        var mayHaveOtherKeys: Bool
        var hasPasswordAgedOut: Bool
    }

    /// The ways in, in alphabetical order; empty when there is none.
    var methods: [String] = []
    /// Whether a way in depends on something that could not be read.
    var isUnverified = false

    /// Judges `candidate` under each guess about the connection and joins the answers.
    init(of candidate: Candidate, under variants: [DaemonSettings]) {
        var found: Set<String> = []
        var verified: Set<String> = []
        for settings in variants {
            let (methods, certain) = Self.methods(of: candidate, under: settings)
            found.formUnion(methods)
            if certain { verified.formUnion(methods) }
        }
        methods = found.sorted()
        isUnverified = !found.isEmpty && verified.isEmpty
    }

    private static func methods(
        of candidate: Candidate, under settings: DaemonSettings
    ) -> (methods: [String], certain: Bool) {
        let usesPAM = settings.isOn("usepam", default: false)
        guard settings.admits(candidate.name, groups: candidate.groups),
            usesPAM || !candidate.password.startsWithBang, !(usesPAM && candidate.hasPasswordAgedOut)
        else { return ([], true) }
        var offers = Offers(settings, candidate, usesPAM: usesPAM)
        if candidate.uid == 0 { offers.limit(forRoot: settings.word("permitrootlogin", default: "prohibit-password")) }
        let methods = offers.satisfying(settings.list("authenticationmethods"))
        return (methods, !methods.allSatisfy(offers.uncertain.contains))
    }
}

/// The methods that one account could use.
private struct Offers {
    var usable: Set<String> = []
    /// The usable ones of which it isn't known that they work.
    var uncertain: Set<String> = []
    private let hasForcedKey: Bool

    init(_ settings: DaemonSettings, _ candidate: DaemonLogin.Candidate, usesPAM: Bool) {
        let keys = candidate.keys.filter { !$0.isAuthority || $0.forcedCommand == nil }
        hasForcedKey = keys.contains { $0.forcedCommand != nil }
        if settings.isOn("pubkeyauthentication", default: true) {
            let trustsAuthority = settings.word("trustedusercakeys", default: "none") != "none"
            if !candidate.keys.isEmpty || trustsAuthority {
                usable.insert("publickey")
            } else if candidate.mayHaveOtherKeys {
                usable.insert("publickey")
                uncertain.insert("publickey")
            }
        }
        let password = candidate.password.state
        guard
            password == .set || password == .unknown
                || (password == .none && settings.isOn("permitemptypasswords", default: false))
        else { return }
        if settings.isOn("passwordauthentication", default: true) { add("password", password) }
        let asks = settings.isOn(
            "kbdinteractiveauthentication", default: settings.isOn("challengeresponseauthentication", default: true))
        if asks, usesPAM { add("keyboard-interactive", password) }
    }

    private mutating func add(_ method: String, _ password: Password.State) {
        usable.insert(method)
        if password == .unknown { uncertain.insert(method) }
    }

    /// Takes away what `PermitRootLogin` forbids.
    mutating func limit(forRoot word: String) {
        switch word {
        case "yes": break
        case "prohibit-password", "without-password": usable.formIntersection(["publickey"])
        case "forced-commands-only": usable.formIntersection(hasForcedKey ? ["publickey"] : [])
        default: usable = []
        }
    }

    /// The methods of those lists of `AuthenticationMethods` that can be completed, or every one when there is no list.
    func satisfying(_ lists: [String]) -> [String] {
        guard !lists.isEmpty, lists != ["any"] else { return usable.sorted() }
        let complete = lists.filter { list in Self.names(list).allSatisfy(usable.contains) }
        return Array(Set(complete.flatMap(Self.names)))
    }

    /// The methods of a comma list, without the device after a colon.
    private static func names(_ list: String) -> [String] {
        list.split(separator: ",").map { String($0.prefix { $0 != ":" }) }
    }
}
