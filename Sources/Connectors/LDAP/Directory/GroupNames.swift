import AccessModel
import Synchronization

/// The names of all groups, by which a member that is a group is told from one that is an account.
///
/// One list of names takes the place of a look at each member. It is read once for a sync; what a process has read isn't needed by the
/// next one, which reads it again.
actor GroupNames {
    private let directory: Directory
    private let bases: SearchBases
    private var reading: Task<Set<ByteKey>, any Error>?

    init(_ directory: Directory, _ bases: SearchBases) {
        self.directory = directory
        self.bases = bases
    }

    /// The ids of all groups, also of those that a filter leaves out of the sync.
    func all() async throws -> Set<ByteKey> {
        if let reading { return try await reading.value }
        let task = Task { [directory, bases] in try await Self.read(directory, bases) }
        reading = task
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            reading = nil
            throw error
        }
    }

    /// Forgets them.
    func forget() {
        reading = nil
    }

    private static func read(_ directory: Directory, _ bases: SearchBases) async throws -> Set<ByteKey> {
        // A group may have a member from outside of where groups are listed.
        let base = bases.base.isEmpty ? try await bases.ofGroups : bases.base
        let found = NameSet()
        try await directory.forEach(
            LDAPSearch(base: base, filter: GroupSyncer.filter, attributes: LDAPSearch.noAttributes), isFiltered: false
        ) { found.insert(try $0.distinguishedName()) }
        return found.names
    }
}

/// Names as they come in.
private final class NameSet: Sendable {
    private let state = Mutex<Set<ByteKey>>([])

    var names: Set<ByteKey> { state.withLock { $0 } }

    func insert(_ name: DistinguishedName) {
        state.withLock { _ = $0.insert(ByteKey(name.text)) }
    }
}
