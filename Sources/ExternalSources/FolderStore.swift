import AccessModel
import LanternCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The files of a folder of this machine.
///
/// Everything is within the folder that the server was told of, wherever links lead.
struct FolderStore: ObjectStore {
    /// The folder, without links.
    private let root: String
    /// How files of it are called for people.
    private let shown: String

    /// It looks at the disk, and so blocks.
    ///
    /// - Parameter allowed: the folder within which folders may be data sources; nil when none may.
    /// - Throws: `CatalogError` when it isn't within.
    init(_ folder: String, within allowed: String?) throws(CatalogError) {
        guard let allowed else {
            throw CatalogError(
                .permissionDenied, "\(folder): the server takes no folders. Start it with --source-folder.")
        }
        guard let base = Self.resolved(allowed) else {
            throw CatalogError(.failedPrecondition, "\(allowed) (--source-folder): \(Self.reason).")
        }
        guard let root = Self.resolved(folder.hasPrefix("/") ? folder : "\(allowed)/\(folder)") else {
            throw CatalogError(.notFound, "\(folder): \(Self.reason).")
        }
        guard root == base || root.hasPrefix(base == "/" ? base : "\(base)/") else {
            throw CatalogError(.permissionDenied, "\(folder): isn't within the server's --source-folder.")
        }
        self.root = root
        shown = folder
    }

    private static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    private static var reason: String { String(cString: strerror(errno)).lowercased() }

    func object(_ key: String) async throws -> StoredObject? {
        try await Blocking.perform { try look(at: key) }
    }

    private func look(at key: String) throws(CatalogError) -> StoredObject? {
        guard let descriptor = try open(key) else { return nil }
        defer { close(descriptor) }
        return try facts(key, descriptor)
    }

    func objects(
        prefix: String, after: String?, limit: Int
    ) async throws -> (objects: [StoredObject], next: String?) {
        try await Blocking.perform { list(prefix: prefix, after: after, limit: limit) }
    }

    private func list(prefix: String, after: String?, limit: Int) -> (objects: [StoredObject], next: String?) {
        var found: [StoredObject] = []
        var next: String?
        for key in keys(prefix: prefix).sorted() where after.map({ key > $0 }) ?? true {
            guard found.count < limit else {
                next = found.last?.key
                break
            }
            // What is gone meanwhile, or may not be read, isn't there.
            if let object = try? look(at: key) { found.append(object) }
        }
        return (found, next)
    }

    /// How many names are looked at: a folder that a mistake makes the root of a disk must not be read for minutes.
    private static let mostNames = 100_000

    private func keys(prefix: String) -> [String] {
        var keys: [String] = []
        var folders = [""]
        var looked = 0
        while let folder = folders.popLast(), looked < Self.mostNames {
            guard let listing = opendir("\(root)/\(folder)") else { continue }
            defer { closedir(listing) }
            while let entry = readdir(listing), looked < Self.mostNames {
                looked += 1
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard !name.hasPrefix(".") else { continue }
                let key = folder.isEmpty ? name : "\(folder)/\(name)"
                switch Int32(entry.pointee.d_type) {
                case Int32(DT_DIR):
                    if key.hasPrefix(prefix) || prefix.hasPrefix("\(key)/") { folders.append(key) }
                case Int32(DT_REG), Int32(DT_LNK), Int32(DT_UNKNOWN): if key.hasPrefix(prefix) { keys.append(key) }
                default: continue
                }
            }
        }
        return keys
    }

    func fetch(
        _ key: String, into folder: DataFolder, limit: Int64
    ) async throws -> (file: ReceivedFile, object: StoredObject)? {
        // Whoever writes into the file while it is copied makes another attempt necessary.
        for _ in 0..<5 {
            let opened = try await Blocking.perform { () -> (CInt, StoredObject)? in
                guard let descriptor = try open(key) else { return nil }
                do { return (descriptor, try facts(key, descriptor)) } catch {
                    close(descriptor)
                    throw error
                }
            }
            guard let (descriptor, before) = opened else { return nil }
            defer { close(descriptor) }
            guard before.size <= limit else {
                throw CatalogError(
                    .outOfRange, "\(shown)/\(key): is larger than \(limit >> 20) MiB, the most that is taken.")
            }
            let arrival = try Arrival(in: folder)
            try await arrival.copy(from: descriptor, count: before.size)
            guard try await object(key) == before else { continue }
            return (try await arrival.keep(named: key.name), before)
        }
        throw CatalogError(.unavailable, "\(shown)/\(key): changes while it is read. It is tried again later.")
    }

    func test() async -> [TestStep] {
        do {
            let page = try await objects(prefix: "", after: nil, limit: 1000)
            let count = page.objects.count(where: \.isImportable)
            return [
                TestStep(name: "Find the folder", finding: root, isGood: true),
                TestStep(
                    name: "List files",
                    finding:
                        "\(page.next == nil ? "" : "More than ")\(page.objects.count) files, \(count) of them can be imported",
                    isGood: true),
            ]
        } catch {
            return [TestStep(name: "List files", finding: "\(error)", isGood: false)]
        }
    }

    // MARK: Files

    /// Opens a file that is within the folder; nil when it isn't there.
    private func open(_ key: String) throws(CatalogError) -> CInt? {
        let path = "\(root)/\(key)"
        guard let real = Self.resolved(path) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw CatalogError(.failedPrecondition, "\(shown)/\(key): \(Self.reason).")
        }
        guard real.hasPrefix(root == "/" ? root : "\(root)/") else {
            throw CatalogError(.permissionDenied, "\(shown)/\(key): leads out of the folder.")
        }
        // A pipe would wait for a writer.
        let descriptor = Self.open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw CatalogError(.permissionDenied, "\(shown)/\(key): \(Self.reason).")
        }
        // A folder on the way may have become a link since.
        guard Self.path(of: descriptor) == real else {
            close(descriptor)
            throw CatalogError(.unavailable, "\(shown)/\(key): was moved while it was opened.")
        }
        return descriptor
    }

    /// Where an open file is.
    private static func path(of descriptor: CInt) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        #if os(Linux)
        let count = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count - 1)
        guard count >= 0 else { return nil }
        #else
        guard fcntl(descriptor, F_GETPATH, &buffer) == 0 else { return nil }
        #endif
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func open(_ path: String, _ flags: CInt) -> CInt {
        #if canImport(Glibc)
        Glibc.open(path, flags)
        #elseif canImport(Musl)
        Musl.open(path, flags)
        #else
        Darwin.open(path, flags)
        #endif
    }

    private func facts(_ key: String, _ descriptor: CInt) throws(CatalogError) -> StoredObject {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw CatalogError(.invalidArgument, "\(shown)/\(key): is no file.")
        }
        let written = facts.st_mtim
        return StoredObject(
            key: key, size: Int64(facts.st_size), modifiedAt: Int64(written.tv_sec),
            state: "\(facts.st_ino) \(facts.st_size) \(written.tv_sec).\(written.tv_nsec)")
    }
}
