import AccessModel
import C1Z

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file, and the sync in it that is shown.
struct OpenedSync {
    let reader: any C1ZReader
    /// The sync; nil when the file has none worth choosing and everything in it is shown.
    let run: SyncRun?
    /// Set when records are compared with those of a file of another version.
    private var form: CommonForm?

    /// Chooses the sync with the id `sync`; without one the latest finished, or else the latest unfinished of the last days.
    init(_ reader: any C1ZReader, sync: String?) throws {
        self.reader = reader
        if let sync {
            run = try reader.sync(sync)
        } else {
            run = try reader.latestFinishedSync() ?? reader.latestUnfinishedSync(now: Int64(time(nil)))
        }
    }

    /// A sync that was chosen already.
    init(_ reader: any C1ZReader, run: SyncRun) {
        self.reader = reader
        self.run = run
    }

    /// The sync with its records in the form that files of all versions share.
    var inCommonForm: OpenedSync {
        var copy = self
        copy.form = CommonForm()
        return copy
    }

    /// The records of a kind, as bytes.
    func records(_ kind: RecordKind, where filter: RecordFilter = .all) -> Records {
        Records { body in
            try reader.read(kind, of: run?.id, where: filter) { record in
                guard let form else { return try record.withShown(body) }
                try form.withRecord(kind, record) { try $0.withShown(body) }
            }
        }
    }

    /// One record; nil when the sync doesn't have it.
    func find(_ identity: RecordIdentity) throws -> [UInt8]? {
        let found = try reader.find(identity, in: run?.id)
        guard let found, let form else { return found }
        return try form.message(identity.kind, found)
    }
}

/// Serialized records, read one after the other each time they are asked for.
struct Records {
    private let read: (_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// The records that `read` hands to what it is given.
    init(_ read: @escaping (_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) {
        self.read = read
    }

    /// Calls `body` with each record, whose bytes are gone afterwards.
    func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try read(body)
    }
}
