import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension OpenedFile {
    /// Puts a new file in the place of this one in one step, with its owner, group and permissions.
    ///
    /// The folder is entered by the path that the kernel gives, and no link is followed on the way: whoever owns a folder there can
    /// make the replacement fail, but can't lead it elsewhere.
    ///
    /// - Parameters:
    ///   - bytes: what the new file holds.
    ///   - facts: what was known of this file when its content was read.
    /// - Throws: `ServiceError` when another file is there by now, or this one has changed; `InspectedRootError` for all else.
    func replace(with bytes: [UInt8], asItWas facts: FileFacts) throws {
        var steps = try realPath().utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        guard let name = steps.popLast() else { throw InspectedRootError.notAFile(path) }
        let folder = try Self.folder(steps, for: path)
        let temporary = ".\(name).\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        do {
            let new = try folder.create(temporary)
            try new.write(bytes)
            try new.belong(as: facts)
            guard try folder.facts(of: name) == facts else {
                throw ServiceError(.aborted, "\(path): was changed in the meantime and is left as it is. Try again.")
            }
            guard renameat(folder.descriptor, temporary, folder.descriptor, name) == 0 else {
                throw InspectedRootError(errno, path)
            }
        } catch {
            unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        guard fsync(folder.descriptor) == 0 else { throw InspectedRootError(errno, path) }
    }

    private static func folder(_ steps: [String], for path: String) throws(InspectedRootError) -> OpenedFile {
        var folder = try OpenedFile(path, in: AT_FDCWD, at: "/", flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for step in steps {
            folder = try OpenedFile(
                path, in: folder.descriptor, at: step, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        return folder
    }

    /// A new file in this folder that nobody else may open.
    private func create(_ name: String) throws(InspectedRootError) -> OpenedFile {
        let created = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard created >= 0 else { throw InspectedRootError(errno, path) }
        return OpenedFile(path, owning: created)
    }

    private func write(_ bytes: [UInt8]) throws(InspectedRootError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw InspectedRootError(errno, path) }
            rest = rest.dropFirst(written)
        }
    }

    /// Gives the file its owner and permissions and puts it on the disk.
    private func belong(as facts: FileFacts) throws(InspectedRootError) {
        // The permissions come second, or a file of somebody else's would be open to others for a moment.
        guard fchown(descriptor, facts.uid, facts.gid) == 0, fchmod(descriptor, mode_t(facts.mode & 0o777)) == 0,
            fsync(descriptor) == 0
        else { throw InspectedRootError(errno, path) }
    }

    /// The facts of an entry of this folder, which are nobody's when it is gone.
    private func facts(of name: String) throws(InspectedRootError) -> FileFacts? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw InspectedRootError(errno, path) }
            return nil
        }
        return FileFacts(status)
    }
}

/// The system's `write`, which a method of that name hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
