/// The modules that a service of PAM runs.
struct PAMStack: Sendable, Equatable {
    /// One line of a stack.
    struct Module: Sendable, Equatable {
        /// `auth`, `account`, `password` or `session`.
        var phase: String
        /// The file name, such as `pam_access.so`.
        var name: String
        var arguments: [String]
    }

    private(set) var modules: [Module] = []
    private(set) var files: [String] = []

    private static let depthLimit = 16
    /// Files that include each other twice would otherwise be read two to the power of the depth times.
    private static let fileLimit = 256
    private static let moduleLimit = 10_000
    /// Most lines looked at, those of a file each time it is included; far above any real stack.
    private static let lineLimit = 100_000
    private var linesRead = 0

    /// The stack of `service`; `other` stands in for a service without a file.
    init(of service: String, read: (String) throws -> [UInt8]?) rethrows {
        if try !take(service, phase: nil, depth: 0, read) { _ = try take("other", phase: nil, depth: 0, read) }
    }

    /// The modules of a phase.
    func modules(in phase: String) -> [Module] { modules.filter { $0.phase == phase } }

    private mutating func take(
        _ name: String, phase: String?, depth: Int, _ read: (String) throws -> [UInt8]?
    ) rethrows -> Bool {
        guard depth < Self.depthLimit, files.count < Self.fileLimit, let (path, bytes) = try Self.find(name, read)
        else { return false }
        files.append(path)
        for line in bytes.joinedLines where !line.isBlankOrComment && modules.count < Self.moduleLimit {
            linesRead += 1
            guard linesRead <= Self.lineLimit else { break }
            guard let entry = PAMLine(line.bytes) else { continue }
            switch entry {
            case .includeAll(let file): _ = try take(file, phase: phase, depth: depth + 1, read)
            case .include(let kind, let file):
                if phase == nil || phase == kind { _ = try take(file, phase: kind, depth: depth + 1, read) }
            case .module(let module):
                if phase == nil || phase == module.phase { modules.append(module) }
            }
        }
        return true
    }

    private static func find(
        _ name: String, _ read: (String) throws -> [UInt8]?
    ) rethrows -> (path: String, bytes: [UInt8])? {
        let folders = name.utf8.first == UInt8(ascii: "/") ? [""] : ["/etc/pam.d/", "/usr/lib/pam.d/"]
        for folder in folders {
            if let bytes = try read(folder + name) { return (folder + name, bytes) }
        }
        return nil
    }
}

private enum PAMLine {
    case includeAll(String)
    case include(phase: String, file: String)
    case module(PAMStack.Module)

    init?(_ line: ArraySlice<UInt8>) {
        var words = Self.words(line.withoutComment)
        guard words.count >= 2 else { return nil }
        let first = words.removeFirst()
        if first == "@include" {
            self = .includeAll(words[0])
            return
        }
        // A dash in front says not to complain when the module is missing.
        let phase = String(decoding: first.utf8.drop { $0 == UInt8(ascii: "-") }.map(\.lowercased), as: UTF8.self)
        let control = words.removeFirst()
        guard let target = words.first else { return nil }
        if control == "include" || control == "substack" {
            self = .include(phase: phase, file: target)
            return
        }
        let name = target.split(separator: "/").last.map(String.init) ?? target
        self = .module(PAMStack.Module(phase: phase, name: name, arguments: Array(words.dropFirst())))
    }

    /// Words at blanks, with what is in brackets as one.
    private static func words(_ line: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var rest = line.trimmed
        while let first = rest.first {
            let isBracket = first == UInt8(ascii: "[")
            let end = rest.firstIndex { isBracket ? $0 == UInt8(ascii: "]") : $0.isBlank } ?? rest.endIndex
            words.append((isBracket ? rest[..<end].dropFirst() : rest[..<end]).text)
            rest = rest[min(isBracket ? end + 1 : end, rest.endIndex)...].drop(while: \.isBlank)
        }
        return words
    }
}
