import Pebble

/// The files of a database in a tar archive, plain or compressed as a whole (c1z-v3 §2.2).
final class TarPayload: StoredFiles {
    private let file: String
    private var stretches: [String: Stretch] = [:]

    var sizes: [String: Int] { stretches.mapValues(\.size) }

    init(_ file: SharedFile, behind manifest: PebbleManifest, environment: [String: String]) throws {
        self.file = file.path
        let archive: Stretch
        if manifest.encoding == .tar {
            archive = Stretch(from: manifest.end, size: Int(file.size - manifest.end)) { buffer, offset in
                guard try file.read(into: buffer, at: offset) else {
                    throw C1ZError(.truncated, file.path, "is cut off. Fetch it again, or sync again.")
                }
            }
        } else {
            archive = try Self.decoded(file, from: manifest.end, environment)
        }
        try readMembers(of: archive)
    }

    func open(_ name: String) throws -> any StoredFile {
        guard let stretch = stretches[name] else { throw PebbleError(.corrupt, name, "it is missing") }
        return stretch
    }

    private static func decoded(
        _ file: SharedFile, from start: Int64, _ environment: [String: String]
    ) throws -> Stretch {
        let limits = try DecoderLimits(environment, for: file.path, ofSize: file.size)
        let store = DecodedStore(of: file.path, environment: environment)
        try FrameDecoder(file: file, start: start, count: file.size - start, limits: limits).run { piece in
            let total = store.size + Int64(piece.count)
            guard total <= limits.decodedSize else { throw limits.exceeded(by: file.path, with: total) }
            try store.append(piece)
        }
        return Stretch(from: 0, size: Int(store.size)) { try store.read(into: $0, at: $1) }
    }

    private func readMembers(of archive: Stretch) throws {
        var position = 0
        var longName: String?
        while archive.size - position >= TarHeader.size {
            var block = [UInt8](repeating: 0, count: TarHeader.size)
            try block.withUnsafeMutableBytes { try archive.read(into: $0, at: position) }
            position += TarHeader.size
            // Two empty blocks end an archive; one is enough to know.
            if block.allSatisfy({ $0 == 0 }) { return }
            guard let header = TarHeader(block), header.size <= archive.size - position else {
                throw damaged("a member of its archive is damaged or cut off")
            }
            let start = position
            position += (header.size + TarHeader.size - 1) / TarHeader.size * TarHeader.size
            switch header.kind {
            case .file:
                try add(longName ?? header.name, header, archive, start)
                longName = nil
            case .extendedHeader:
                longName = try extendedName(archive, start, header.size)
            case .other: longName = nil
            }
        }
    }

    private func add(_ name: String, _ header: TarHeader, _ archive: Stretch, _ start: Int) throws {
        if let problem = PayloadName.problem(name) { throw damaged(problem) }
        guard header.mode <= 0o777 else { throw damaged("its file \(name) has an odd mode") }
        stretches[name] = Stretch(from: Int64(start), size: header.size) { try archive.read(into: $0, at: Int($1)) }
    }

    /// The name that an extended header gives to the next member; nil when it gives none.
    private func extendedName(_ archive: Stretch, _ start: Int, _ size: Int) throws -> String? {
        guard size <= 1 << 20 else { throw damaged("a header of its archive has \(size) bytes") }
        var bytes = [UInt8](repeating: 0, count: size)
        try bytes.withUnsafeMutableBytes { try archive.read(into: $0, at: start) }
        return TarHeader.extendedName(in: bytes)
    }

    private func damaged(_ problem: String) -> C1ZError {
        C1ZError(.corrupt, file, "\(problem). It is damaged: fetch it again, or sync again.")
    }
}

/// The block before each member of an archive (POSIX ustar).
struct TarHeader {
    enum Kind {
        case file, extendedHeader, other
    }

    static let size = 512

    let name: String
    let mode: Int
    let size: Int
    let kind: Kind

    /// Reads a block; nil when it is no header.
    init?(_ block: [UInt8]) {
        guard let checksum = Self.number(block[148..<156]), checksum == Self.checksum(of: block),
            let mode = Self.number(block[100..<108]), let size = Self.number(block[124..<136])
        else { return nil }
        self.mode = mode
        self.size = size
        let prefix = block[257..<262].elementsEqual("ustar".utf8) ? Self.text(block[345..<500]) : ""
        let name = Self.text(block[0..<100])
        self.name = prefix.isEmpty ? name : "\(prefix)/\(name)"
        switch block[156] {
        case 0, UInt8(ascii: "0"): kind = .file
        case UInt8(ascii: "x"): kind = .extendedHeader
        default: kind = .other
        }
    }

    /// The sum of all bytes, those of the sum itself taken as blanks.
    private static func checksum(of block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(block[$1])) }
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A number in octal digits, or in binary when it is too large for them.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            return field.dropFirst().reduce(Int?(0)) { sum, byte in
                sum.flatMap { $0 < 1 << 54 ? $0 << 8 | Int(byte) : nil }
            }
        }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        guard digits.allSatisfy({ (48..<56).contains($0) }), digits.count <= 20 else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 48) }
    }

    /// The path in an extended header: records of length, blank, key, equals sign, value and newline.
    static func extendedName(in bytes: [UInt8]) -> String? {
        var rest = bytes[...]
        var name: String?
        while let blank = rest.firstIndex(of: 32), let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
            length > blank - rest.startIndex, length <= rest.count
        {
            let record = rest[(blank + 1)..<(rest.startIndex + length)].dropLast()
            if record.starts(with: Array("path=".utf8)) {
                name = String(decoding: record.dropFirst(5), as: UTF8.self)
            }
            rest = rest[(rest.startIndex + length)...]
        }
        return name
    }
}
