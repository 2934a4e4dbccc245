import AccessModel
import BatonWire
public import ConnectorKit
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// This machine: who can get into it, as whom, and through what.
///
/// It needs no credentials. It reads the files that decide about access, as far as its own account may; the host's profile says
/// which sources were read and which are missing. A type whose source can't be read at all is not registered, because an empty
/// list would look like the removal of everything.
public struct LinuxConnector: Connector {
    /// The names of the connector.
    public static let metadata = ConnectorMetadata(
        name: "baton-linux", displayName: "Linux",
        description: "Accounts, groups, sudo rules, SSH keys and log-ins of a Linux machine",
        example: "baton-linux --file sync.c1z")

    let changes: AccountChanges
    private let inspection: Inspection
    private let listsSudo: Bool
    private let log: Logger

    /// Makes the connector ready to look at the machine or folder that `configuration` names.
    public init(_ configuration: LinuxConfiguration, context: ConnectorContext) async throws {
        // A tool that is stopped halfway leaves half a change.
        let tools = SystemCommands(secondsAllowed: 120, endsWhenCancelled: false)
        try self.init(
            configuration, context: context, commands: SystemCommands(), tools: tools, caller: .current,
            now: { Int64(time(nil)) })
    }

    init(
        _ configuration: LinuxConfiguration, context: ConnectorContext, commands: (any CommandRunner)?,
        tools: any CommandRunner, caller: Caller, now: @escaping @Sendable () -> Int64
    ) throws {
        let prefix = try configuration.changedFolder()
        let files = InspectedRoot(prefix ?? configuration.root)
        let options = try Inspection.Options(configuration, isForeign: files.isForeign)
        inspection = Inspection(options, files: files, commands: commands, now: now, log: context.log)
        changes = AccountChanges(
            inspection: inspection,
            tools: AccountTools(commands: tools, prefix: prefix.map { _ in files.path }), caller: caller)
        listsSudo = options.readsSudo && inspection.canReadSudoers()
        log = context.log
    }

    /// Checks that there are accounts to read, and says which sources are missing.
    public func validate() async throws {
        let accounts = try await foundAccounts()
        guard !accounts.book.accounts.isEmpty else {
            throw ServiceError(
                .failedPrecondition,
                "\(inspection.files.path): its /etc/passwd has no valid line. Give --root a folder that holds a system."
            )
        }
        var coverage = accounts.coverage
        coverage.add(try await inspection.sudo().coverage)
        coverage.add(try await inspection.ssh().coverage)
        coverage.add(try await inspection.logins().coverage)
        if !inspection.options.paths.isEmpty { coverage.add(try await inspection.paths().coverage) }
        if inspection.options.listsServices { coverage.add(try await inspection.services().coverage) }
        log.info("sources read: \(coverage.read.joined(separator: ", "))")
        guard !coverage.missing.isEmpty else { return }
        let cure = coverage.unreadable.isEmpty ? "" : " Root or CAP_DAC_READ_SEARCH reads all."
        log.warning("sources missing: \(coverage.missing.joined(separator: ", ")).\(cure)")
    }

    /// The accounts; what is wrong with them names the root, unless that is this machine.
    private func foundAccounts() async throws -> Inspection.Accounts {
        do {
            return try await inspection.accounts()
        } catch let error as ServiceError where inspection.files.isForeign {
            throw error.adding("root \(inspection.files.path)")
        }
    }

    /// One syncer for each type whose source can be read.
    public var syncers: [any ResourceSyncer] {
        let options = inspection.options
        var children: [any ResourceSyncer] = [
            UserSyncer(inspection: inspection, changes: changes),
            GroupSyncer(inspection: inspection, changes: changes),
        ]
        if listsSudo {
            children +=
                [SudoAliasSyncer(inspection: inspection), SudoRuleSyncer(inspection: inspection)]
                as [any ResourceSyncer]
        }
        if options.listsSSHKeys { children.append(SSHKeySyncer(inspection: inspection)) }
        if !options.paths.isEmpty { children.append(PathSyncer(inspection: inspection)) }
        if options.listsServices { children.append(ServiceSyncer(inspection: inspection)) }
        return [HostSyncer(inspection: inspection, childTypes: children.map(\.type.id))] + children
    }
}

extension LinuxConfiguration {
    /// The folder that is changed, and so inspected too, instead of the machine itself; nil for the machine.
    ///
    /// - Throws: `ServiceError` when the tools could not go there, or another folder is to be inspected.
    fileprivate func changedFolder() throws -> String? {
        guard !provisionPrefix.isEmpty, !Self.isThisMachine(provisionPrefix) else { return nil }
        guard provisionPrefix.utf8.first == UInt8(ascii: "/") else {
            throw ServiceError(.invalidArgument, "provision-prefix: must be an absolute path.")
        }
        guard root == "/" || InspectedRoot(root).path == InspectedRoot(provisionPrefix).path else {
            throw ServiceError(
                .invalidArgument, "provision-prefix: what is changed is inspected too. Leave out --root.")
        }
        return provisionPrefix
    }

    /// Whether a folder is the machine's own root, under whatever name.
    private static func isThisMachine(_ folder: String) -> Bool {
        let machine = InspectedRoot("/")
        guard let root = try? machine.facts("/"), let facts = try? machine.facts(folder) else { return false }
        return facts.isSameEntry(as: root)
    }
}

extension Inspection.Options {
    /// What the settings ask for.
    ///
    /// - Throws: `ServiceError` when two settings contradict each other.
    init(_ configuration: LinuxConfiguration, isForeign: Bool) throws {
        guard let source = AccountSource(rawValue: configuration.accountSource) else {
            throw ServiceError(.invalidArgument, "account-source: must be auto, files or nss.")
        }
        guard !isForeign || source != .nss else {
            throw ServiceError(
                .invalidArgument,
                "account-source: nss asks this machine and can't go with a root other than /. Use auto or files.")
        }
        hostName = configuration.hostName
        accountSource = source
        includesSystemAccounts = configuration.includeSystemAccounts
        readsSudo = configuration.syncSudo
        listsSSHKeys = configuration.syncSSHKeys
        listsServices = configuration.syncServices
        paths = configuration.aclPaths.filter { !$0.isEmpty }
        pathDepth = configuration.aclMaxDepth
        skipsInheritedPaths = configuration.aclSkipInherited
        rootEquivalentGroups = configuration.rootEquivalentGroups
        requiresComplete = configuration.requireComplete
    }
}
