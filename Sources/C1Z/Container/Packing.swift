import CZstd

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Compresses a database into a v1 file and puts it in place of the old one in one step (c1z-v1 §11).
struct Packing {
    /// zstd's default level, which is what the reference's comes to.
    static let level: Int32 = 3

    let database: String
    let file: String
    /// Whether a file of that name may be replaced.
    var replaces = true

    /// Writes beside the file, syncs, renames, and syncs the folder.
    ///
    /// On any failure the old file is untouched. What is written has no name until it is complete, so that nothing stays behind
    /// when the process is killed.
    ///
    /// - Throws: ``C1ZError``.
    func run() throws {
        let temporary = file + ".tmp"
        do {
            let content = try FileDescriptor(unnamedFor: temporary)
            try writeContent(into: content)
            if content.isUnnamed, !replaces {
                try content.name(onlyIfFree: file)
            } else {
                try content.name()
                try keepPermissions(on: temporary)
                try put(temporary)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        let folder = FileDescriptor.folder(of: file)
        try FileDescriptor(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, "open folder").sync()
    }

    private func put(_ temporary: String) throws(C1ZError) {
        if !replaces {
            if link(temporary, file) == 0 {
                unlink(temporary)
                return
            }
            if errno == EEXIST { throw C1ZError.isTaken(file) }
            // Not every file system has links; there the check before has to do.
        }
        guard rename(temporary, file) == 0 else { throw C1ZError.system(file, "replace", errno) }
    }

    /// Who was kept from reading the old file is kept from reading the new one.
    private func keepPermissions(on temporary: String) throws(C1ZError) {
        var facts = stat()
        guard stat(file, &facts) == 0 else { return }
        guard chmod(temporary, facts.st_mode & 0o777) == 0 else { throw C1ZError.system(file, "replace", errno) }
    }

    private func writeContent(into target: borrowing FileDescriptor) throws {
        let source = try FileDescriptor(reading: database)
        guard let stream = ZSTD_createCCtx() else { throw C1ZError(.failed, file, "there is no memory to compress it") }
        defer { ZSTD_freeCCtx(stream) }
        ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, Self.level)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
        ZSTD_CCtx_setPledgedSrcSize(stream, UInt64(try source.size()))
        try Envelope.v1Magic.withUnsafeBytes { try target.write($0) }
        try compress(source, with: stream, into: target)
        try target.sync()
    }

    private func compress(
        _ source: borrowing FileDescriptor, with stream: OpaquePointer, into target: borrowing FileDescriptor
    ) throws {
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 16)
        defer {
            input.deallocate()
            output.deallocate()
        }
        var isEnd = false
        while !isEnd {
            let count = try source.read(into: input)
            isEnd = count == 0
            var chunk = ZSTD_inBuffer(src: input.baseAddress, size: count, pos: 0)
            var remaining = 0
            repeat {
                var space = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                remaining = ZSTD_compressStream2(stream, &space, &chunk, isEnd ? ZSTD_e_end : ZSTD_e_continue)
                guard ZSTD_isError(remaining) == 0 else {
                    throw C1ZError(
                        .failed, file, "can't be compressed: \(String(cString: ZSTD_getErrorName(remaining)))")
                }
                try target.write(UnsafeRawBufferPointer(rebasing: output[..<space.pos]))
            } while isEnd ? remaining != 0 : chunk.pos < chunk.size
        }
    }
}
