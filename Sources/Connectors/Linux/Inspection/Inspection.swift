import AccessModel
import Logging

/// What the connector sees of the machine, read when it is first asked for.
struct Inspection: Sendable {
    let options: Options
    let files: InspectedRoot
    /// The tools of the system; nil for a root that is not this machine's own.
    let commands: (any CommandRunner)?
    /// The time in Unix seconds.
    let now: @Sendable () -> Int64
    let remarks: Remarks

    private let cachedAccounts = Cached<Accounts>()
    private let cachedSudo = Cached<Sudo>()
    private let cachedSSH = Cached<SSH>()
    private let cachedLogins = Cached<Logins>()
    private let cachedHost = Cached<Host>()
    private let cachedPaths = Cached<PathTree>()
    private let cachedServices = Cached<Services>()

    init(
        _ options: Options, files: InspectedRoot, commands: (any CommandRunner)?, now: @escaping @Sendable () -> Int64,
        log: Logger
    ) {
        self.options = options
        self.files = files
        self.commands = files.isForeign ? nil : commands
        self.now = now
        remarks = Remarks(log: log)
    }

    /// Accounts and groups.
    func accounts() async throws -> Accounts {
        try await cachedAccounts.value(at: now(), in: files) { try await readAccounts() }
    }

    /// Who may run what through sudo.
    func sudo() async throws -> Sudo {
        try await cachedSudo.value(at: now(), in: files) { try await readSudo() }
    }

    /// Settings of sshd, and the keys of accounts.
    func ssh() async throws -> SSH {
        try await cachedSSH.value(at: now(), in: files) { try await readSSH() }
    }

    /// Last log-ins, and what PAM restricts.
    func logins() async throws -> Logins {
        try await cachedLogins.value(at: now(), in: files) { try await readLogins() }
    }

    /// The machine itself.
    func host() async throws -> Host {
        try await cachedHost.value(at: now(), in: files) { try await readHost() }
    }

    /// The paths whose access is listed.
    func paths() async throws -> PathTree {
        try await cachedPaths.value(at: now(), in: files) { try await readPaths() }
    }

    /// Services and jobs.
    func services() async throws -> Services {
        try await cachedServices.value(at: now(), in: files) { try await readServices() }
    }

    /// Forgets all that was read, because the machine was changed.
    func forget() async {
        await cachedAccounts.forget()
        await cachedSudo.forget()
        await cachedSSH.forget()
        await cachedLogins.forget()
        await cachedHost.forget()
        await cachedPaths.forget()
        await cachedServices.forget()
    }

    /// Ends a part of the reading: logs what was left out, and refuses gaps when that is asked for.
    func finish<Value>(_ value: Value, _ reader: SourceReader) throws -> Loaded<Value> {
        remarks.log(reader.problems)
        if options.requiresComplete, let gap = reader.coverage.unreadable.first {
            throw ServiceError(
                .permissionDenied,
                "\(gap): could not be read and --require-complete is set. Run as root or with CAP_DAC_READ_SEARCH.")
        }
        return Loaded(value: value, stamps: reader.stamps)
    }
}

extension Inspection {
    /// What was asked for.
    struct Options: Sendable {
        var hostName = ""
        var accountSource = AccountSource.auto
        var includesSystemAccounts = true
        var readsSudo = true
        var listsSSHKeys = true
        var listsServices = false
        var paths: [String] = []
        var pathDepth = 0
        var skipsInheritedPaths = true
        var rootEquivalentGroups: [String] = []
        var requiresComplete = false

        enum AccountSource: String, Sendable {
            case auto, files, nss
        }
    }
}
