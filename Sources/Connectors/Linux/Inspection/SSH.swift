import AccessModel
import ChildProcesses
import Logging

extension Inspection {
    /// Settings of sshd, and the keys that open accounts.
    struct SSH: Sendable {
        /// Which settings hold for whom; nil when there is no sshd.
        var policy: DaemonPolicy?
        /// `sshd -T` or `parsed`.
        var settingsSource: String?
        /// Whether part of the settings could not be read, so that what follows from the rest isn't certain.
        var isPartial = false
        /// The keys of each account by its name, since the account book may be a later one than that of the keys.
        var keys: [ByteKey: [AccountKey]]
        /// Names of accounts some of whose key files could not be read.
        var unknownKeys: Set<ByteKey>
        var coverage = Coverage()

        /// The program that sshd asks for further keys, which is not run here.
        var authorizedKeysCommand: String? {
            let words = policy?.global.list("authorizedkeyscommand") ?? []
            return words.isEmpty || words == ["none"] ? nil : words.joined(separator: " ")
        }

        /// The keys of an account.
        func keys(of account: Account) -> [AccountKey] { keys[ByteKey(account.name)] ?? [] }

        /// Whether an account may have keys that are not known.
        func mayHaveOtherKeys(_ account: Account) -> Bool { unknownKeys.contains(ByteKey(account.name)) }

        /// What is known of the keys of an account.
        func keyKnowledge(of account: Account) -> AccountStatus.Keys {
            if keys(of: account).contains(where: \.isEffective) { return .some }
            return mayHaveOtherKeys(account) ? .unknown : .none
        }
    }

    private static let daemonFile = "/etc/ssh/sshd_config"

    func readSSH() async throws -> Loaded<SSH> {
        let book = try await accounts().book
        var reader = SourceReader(files)
        reader.watch("/etc/passwd")
        let unreadBefore = reader.coverage.unreadable.count
        let configuration = readDaemonConfiguration(&reader)
        let isPartial = reader.coverage.unreadable.count > unreadBefore
        reader.remark(configuration?.problems ?? [])
        var policy: DaemonPolicy?
        var source: String?
        if hasDaemon(&reader) {
            let printed = await printedSettings()
            policy = DaemonPolicy(
                configuration: configuration ?? DaemonConfiguration(), defaults: printed ?? DaemonSettings())
            source = printed == nil ? "parsed" : "sshd -T"
        }
        var finder = KeyFinder(book: book, policy: policy, reader: reader)
        let found = finder.find()
        reader = finder.reader
        if !found.unknown.isEmpty {
            reader.cover(Coverage(unreadable: ["authorized_keys of \(found.unknown.count) accounts"]))
        }
        return try finish(
            SSH(
                policy: policy, settingsSource: source, isPartial: isPartial, keys: found.keys,
                unknownKeys: found.unknown,
                coverage: reader.coverage), reader)
    }

    /// `sshd_config` with what it includes, or nil when there is none.
    func readDaemonConfiguration(_ reader: inout SourceReader) -> DaemonConfiguration? {
        var own = reader
        defer { reader = own }
        return DaemonConfigurationReader.read(
            at: Self.daemonFile, read: { own.bytes($0) }, expand: { PathPattern($0).paths(reading: &own) })
    }

    private func hasDaemon(_ reader: inout SourceReader) -> Bool {
        let places = ["/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd"]
        return places.contains { place in
            reader.watch(place)
            return (try? files.facts(place))?.isRegular == true
        }
    }

    /// What sshd itself says holds outside its blocks; nil when it can't be asked, which takes root and its host keys.
    private func printedSettings() async -> DaemonSettings? {
        guard let answer = try? await commands?.run("sshd", ["-T"]),
            answer.status == 0
        else { return nil }
        return DaemonSettings(printed: answer.output)
    }
}
