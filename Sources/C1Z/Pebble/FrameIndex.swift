import Pebble
import WireForm

/// Where in a version 3 file each file of its database is, when each is a zstd frame of its own (c1z-v3 §2.2).
struct FrameIndex {
    /// One file of the database.
    struct Entry {
        var name: String
        var offset: Int64
        var compressedSize: Int64
        var size: Int64
        var hash: UInt64
        var digest: [UInt8]
    }

    let entries: [Entry]

    private static let footerSize = 28
    static let magic = Array("C1ZIDX1\0".utf8)
    private static let largestSize = 64 << 20

    /// Reads the index at the end of a file.
    init(of file: SharedFile, behind manifest: PebbleManifest) throws {
        let path = file.path
        func damaged(_ problem: String) -> C1ZError {
            C1ZError(.corrupt, path, "\(problem). It is damaged: fetch it again, or sync again.")
        }
        let cutOff = C1ZError(
            .truncated, path, "is cut off: the index at its end is missing. Fetch it again, or sync again.")
        guard file.size - manifest.end >= Int64(Self.footerSize) else { throw cutOff }
        let footer = try file.bytes(at: file.size - Int64(Self.footerSize), count: Self.footerSize, or: cutOff)
        guard footer[20...].elementsEqual(Self.magic) else { throw cutOff }
        let offset = BigEndian.number(footer[..<8])
        let length = Int(BigEndian.number(footer[8..<12]))
        let hash = BigEndian.number(footer[12..<20])
        guard length <= Self.largestSize, let offset = Int64(exactly: offset), offset >= manifest.end,
            offset <= file.size, offset + Int64(length + Self.footerSize) == file.size
        else { throw damaged("its index doesn't lie where it says") }
        let index = try file.bytes(at: offset, count: length, or: cutOff)
        guard index.withUnsafeBytes({ XXH64.hash($0) }) == hash else { throw damaged("the hash of its index is wrong") }
        do {
            entries = try index.withUnsafeBytes { index in
                let stated = try index.wireFixed64(4)
                guard stated == 0 || stated == manifest.hash else {
                    throw damaged("the hash of its manifest is wrong")
                }
                var entries: [Entry] = []
                var reader = WireReader(index)
                while let field = try reader.next() {
                    if field.number == 1, field.wireType == 2 { entries.append(try Entry(field.bytes)) }
                }
                return entries
            }
        } catch let error as WireError {
            throw damaged("its index can't be read (\(error))")
        }
        var names: Set<[UInt8]> = []
        for entry in entries {
            if let problem = entry.problem(after: manifest.end, before: offset) { throw damaged(problem) }
            guard names.insert(Array(entry.name.utf8)).inserted else {
                throw damaged("its index names \(entry.name) twice")
            }
        }
    }
}

extension FrameIndex.Entry {
    fileprivate init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        name = try message.wireBytes(1)?.text ?? ""
        offset = Int64(bitPattern: try message.wireNumber(2))
        compressedSize = Int64(bitPattern: try message.wireNumber(3))
        size = Int64(bitPattern: try message.wireNumber(4))
        hash = try message.wireFixed64(5)
        digest = Array(try message.wireBytes(6) ?? .nothing)
    }

    /// Its message in the index.
    var message: [UInt8] {
        var entry = WireWriter()
        entry.field(1, name)
        entry.field(2, number: UInt64(bitPattern: offset))
        entry.field(3, number: UInt64(bitPattern: compressedSize))
        entry.field(4, number: UInt64(bitPattern: size))
        entry.fixed(5, hash)
        entry.field(6, digest)
        return entry.bytes
    }

    /// What is wrong with it; nil when nothing is.
    fileprivate func problem(after start: Int64, before end: Int64) -> String? {
        if let problem = PayloadName.problem(name) { return problem }
        guard size >= 0, compressedSize > 0, offset >= start, offset <= end, compressedSize <= end - offset else {
            return "the frame of its file \(name) doesn't lie inside it"
        }
        return digest.count == 32 ? nil : "the digest of its file \(name) has \(digest.count) bytes"
    }
}

/// The names that files of the database may have.
enum PayloadName {
    private static let longest = 4096

    /// What is wrong with a name; nil when nothing is.
    static func problem(_ name: String) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= longest, !parts.contains(""), !parts.contains("."),
            !parts.contains("..")
        else { return "it holds a file with the name \"\(name.prefix(80))\", which is no local one" }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The value of the last field `number` of eight bytes; 0 when there is none.
    func wireFixed64(_ number: Int) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var reader = WireReader(self)
        while let field = try reader.next() {
            if field.number == number, field.wireType == 1 { value = field.scalar }
        }
        return value
    }
}
