import Crypto
import Pebble

/// The files of a database, each in a zstd frame of its own and decoded when it is asked for (c1z-v3 §2.2).
final class FramedPayload: StoredFiles {
    let sizes: [String: Int]
    private let file: SharedFile
    private let entries: [String: FrameIndex.Entry]
    private let store: DecodedStore
    private let limits: DecoderLimits
    private var opened: [String: Stretch] = [:]

    init(_ file: SharedFile, behind manifest: PebbleManifest, environment: [String: String]) throws {
        self.file = file
        limits = try DecoderLimits(environment, for: file.path, ofSize: file.size)
        store = DecodedStore(of: file.path, environment: environment)
        let index = try FrameIndex(of: file, behind: manifest)
        entries = Dictionary(index.entries.map { ($0.name, $0) }) { first, _ in first }
        sizes = entries.mapValues { Int($0.size) }
        var total: Int64 = 0
        for entry in index.entries {
            let (sum, isTooLarge) = total.addingReportingOverflow(entry.size)
            total = isTooLarge ? .max : sum
        }
        guard !limits.checksDeclaredSize || total <= limits.decodedSize else {
            throw limits.exceeded(by: file.path, with: total)
        }
    }

    func open(_ name: String) throws -> any StoredFile {
        if let opened = opened[name] { return opened }
        guard let entry = entries[name] else { throw PebbleError(.corrupt, name, "it is missing") }
        let start = store.size
        try decode(entry)
        let stretch = Stretch(from: start, size: Int(entry.size)) { [store] in try store.read(into: $0, at: $1) }
        opened[name] = stretch
        return stretch
    }

    private func decode(_ entry: FrameIndex.Entry) throws {
        var hash = XXH64()
        var digest = SHA256()
        var size: Int64 = 0
        try FrameDecoder(file: file, start: entry.offset, count: entry.compressedSize, limits: limits).run { piece in
            size += Int64(piece.count)
            guard size <= entry.size else { throw damaged(entry, "decodes to more than its index says") }
            let total = store.size + Int64(piece.count)
            guard total <= limits.decodedSize else { throw limits.exceeded(by: file.path, with: total) }
            hash.append(piece)
            digest.update(bufferPointer: piece)
            try store.append(piece)
        }
        guard size == entry.size else { throw damaged(entry, "decodes to less than its index says") }
        guard hash.value == entry.hash, digest.finalize().elementsEqual(entry.digest) else {
            throw damaged(entry, "has another hash than its index says")
        }
    }

    private func damaged(_ entry: FrameIndex.Entry, _ problem: String) -> C1ZError {
        C1ZError(
            .corrupt, file.path,
            "the frame of its file \(entry.name) \(problem). It is damaged: fetch it again, or sync again.")
    }
}
