import AccessModel
import FilesInMemory
import Foundation
import Pebble
import WireForm

@testable import C1Z

extension FilesInMemory {
    /// Those inside a version 3 file.
    convenience init(of path: String) throws {
        let shared = try SharedFile(path)
        let payload = try FramedPayload(shared, behind: try PebbleManifest(of: shared), environment: [:])
        self.init()
        for (name, size) in payload.sizes {
            var bytes = [UInt8](repeating: 0, count: size)
            let file = try payload.open(name)
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            files[name] = bytes
        }
    }

    /// Those of a database with these keys.
    convenience init(holding values: [ByteKey: [UInt8]]) throws {
        self.init()
        let database = PebbleDatabaseWriter(to: self, tableSize: 4096)
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            try key.bytes.withUnsafeBytes { key in try value.withUnsafeBytes { try database.add(key, $0) } }
        }
        try database.finish()
    }
}

/// A version 3 file whose parts can be told to be wrong.
struct MadeEnvelope {
    var engine = "pebble3"
    var encoding: UInt64 = 5
    var files: [(name: String, bytes: [UInt8])]
    /// Changes the entry of a file in the index.
    var changeEntry: (_ name: String, _ entry: inout FrameIndex.Entry) -> Void = { _, _ in }
    /// The hash of the manifest that the index states; nil states the right one.
    var manifestHash: UInt64?

    init(_ files: FilesInMemory) {
        self.files = files.files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var manifest: [UInt8] {
        var manifest = WireWriter()
        manifest.field(1, engine)
        manifest.field(2, number: 24)
        manifest.field(4, number: encoding)
        return manifest.bytes
    }

    private var head: [UInt8] {
        Envelope.v3Magic + BigEndian.bytes(UInt64(manifest.count), 4) + manifest
    }

    /// The bytes of the file.
    var bytes: [UInt8] {
        get throws {
            switch encoding {
            case 1: head + Frames.frame(Tar.archive(files))
            case 2: head + Tar.archive(files)
            default: try framed
            }
        }
    }

    private var framed: [UInt8] {
        get throws {
            var bytes = head
            var index = WireWriter()
            for (name, content) in files {
                let frame = Frames.frame(content)
                var entry = FrameIndex.Entry(
                    name: name, offset: Int64(bytes.count), compressedSize: Int64(frame.count),
                    size: Int64(content.count), hash: content.withUnsafeBytes { XXH64.hash($0) },
                    digest: Digest.sha256(content))
                changeEntry(name, &entry)
                index.field(1, entry.message)
                bytes += frame
            }
            index.fixed(4, manifestHash ?? manifest.withUnsafeBytes { XXH64.hash($0) })
            let offset = UInt64(bytes.count)
            bytes += index.bytes
            bytes += BigEndian.bytes(offset, 8) + BigEndian.bytes(UInt64(index.bytes.count), 4)
            bytes += BigEndian.bytes(index.bytes.withUnsafeBytes { XXH64.hash($0) }, 8)
            return bytes + Array("C1ZIDX1\0".utf8)
        }
    }
}

/// Archives as Go writes them (POSIX ustar).
enum Tar {
    static func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        files.flatMap { member($0.name, $0.bytes) } + [UInt8](repeating: 0, count: 1024)
    }

    static func member(_ name: String, _ bytes: [UInt8], kind: Character = "0", mode: Int = 0o644) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text + "\0"
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(bytes.count, 11), at: 124)
        put(octal(1_790_000_000, 11), at: 136)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put("ustar\u{0}00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
        return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
}
