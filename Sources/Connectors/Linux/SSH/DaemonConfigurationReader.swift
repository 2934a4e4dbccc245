/// Reads `sshd_config` and what it includes.
struct DaemonConfigurationReader {
    private let read: (String) -> [UInt8]?
    private let expand: (String) -> [String]
    private var configuration = DaemonConfiguration()
    /// The block that lines belong to; nil for the global part.
    private var block: Int?
    /// The criteria of the block in which the current file was included.
    private var enclosing: [DaemonConfiguration.Criterion] = []

    private static let depthLimit = 16
    private static let fileLimit = 256

    /// - Parameters:
    ///   - read: the bytes of a file, or nil when it can't be read.
    ///   - expand: the paths that a pattern stands for, sorted.
    init(read: @escaping (String) -> [UInt8]?, expand: @escaping (String) -> [String]) {
        self.read = read
        self.expand = expand
    }

    /// The configuration that starts at `path`, or nil when there is no such file.
    static func read(
        at path: String, read: @escaping (String) -> [UInt8]?, expand: @escaping (String) -> [String]
    ) -> DaemonConfiguration? {
        guard let bytes = read(path) else { return nil }
        var reader = DaemonConfigurationReader(read: read, expand: expand)
        reader.take(bytes, file: path, depth: 0)
        return reader.configuration
    }

    private mutating func take(_ bytes: [UInt8], file: String, depth: Int) {
        configuration.files.append(file)
        for line in bytes.lines where !line.isBlankOrComment {
            guard var arguments = DaemonArguments.split(line.bytes), !arguments.isEmpty else {
                remark(file, line, "has a quote without an end and was left out.")
                continue
            }
            let keyword = String(decoding: arguments.removeFirst().utf8.map(\.lowercased), as: UTF8.self)
            switch keyword {
            case "include": include(arguments, depth: depth, at: line, of: file)
            case "match": startBlock(arguments, at: line, of: file)
            default: add(keyword, arguments, at: line, of: file)
            }
        }
    }

    private mutating func add(_ keyword: String, _ arguments: [String], at line: TextLine, of file: String) {
        guard !arguments.isEmpty else { return remark(file, line, "has no value and was left out.") }
        if let block {
            configuration.blocks[block].settings.add(keyword, arguments)
        } else {
            configuration.global.add(keyword, arguments)
        }
    }

    private mutating func include(_ patterns: [String], depth: Int, at line: TextLine, of file: String) {
        guard depth < Self.depthLimit else { return remark(file, line, "includes too deeply and was left out.") }
        let (outerBlock, outerCriteria) = (block, enclosing)
        enclosing = block.map { configuration.blocks[$0].criteria } ?? []
        defer { enclosing = outerCriteria }
        for pattern in patterns {
            let path = pattern.utf8.first == UInt8(ascii: "/") ? pattern : "/etc/ssh/" + pattern
            for included in expand(path) {
                guard configuration.files.count < Self.fileLimit else {
                    return remark(file, line, "includes too many files; the rest was left out.")
                }
                guard let bytes = read(included) else { continue }
                take(bytes, file: included, depth: depth + 1)
                resume(outerBlock)
            }
        }
    }

    /// Goes on in the block that an include interrupted; a block that starts in an included file ends with that file.
    private mutating func resume(_ outer: Int?) {
        guard block != outer else { return }
        guard let outer else { return block = nil }
        // Its later lines come after those of the included blocks, so they need an enof their own.
        configuration.blocks.append(.init(criteria: configuration.blocks[outer].criteria))
        block = configuration.blocks.count - 1
    }

    private mutating func startBlock(_ arguments: [String], at line: TextLine, of file: String) {
        var criteria = enclosing
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            // The value may follow an equals sign instead of a blank.
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let word = String(decoding: (parts.first ?? "").utf8.map(\.lowercased), as: UTF8.self)
            if word == "all" {
                criteria.append(.all)
            } else if word == "invalid-user" {
                criteria.append(.users([]))
            } else if let value = parts.count > 1 ? parts[1] : rest.popFirst() {
                criteria.append(Self.criterion(word, value))
            } else {
                remark(file, line, "has a criterion without a value.")
                criteria.append(.users([]))
            }
        }
        configuration.blocks.append(.init(criteria: criteria))
        block = configuration.blocks.count - 1
    }

    private static func criterion(_ word: String, _ value: String) -> DaemonConfiguration.Criterion {
        let list = value.split(separator: ",").map(String.init)
        switch word {
        case "user": return .users(list)
        case "group": return .groups(list)
        default: return .connection
        }
    }

    private mutating func remark(_ file: String, _ line: TextLine, _ message: String) {
        configuration.problems.append(LineProblem(file: file, line: line.number, message: message))
    }
}

/// The words of a line of `sshd_config`.
enum DaemonArguments {
    /// Splits at blanks and, after the keyword, at one `=`.
    ///
    /// Quotes of both kinds hold blanks, also in the middle of a word; a backslash takes the meaning from a quote, a backslash and,
    /// outside of quotes, a blank (OpenSSH's `argv_split`). Nil when a quote doesn't end.
    static func split(_ line: ArraySlice<UInt8>) -> [String]? {
        var words: [String] = []
        var rest = line.trimmed
        while !rest.isEmpty, rest.first != UInt8(ascii: "#") {
            guard let word = word(from: &rest, isKeyword: words.isEmpty) else { return nil }
            rest = rest.drop(while: \.isBlank)
            if words.isEmpty, rest.first == UInt8(ascii: "=") { rest = rest.dropFirst().drop(while: \.isBlank) }
            words.append(word[...].text)
        }
        return words
    }

    private static func word(from rest: inout ArraySlice<UInt8>, isKeyword: Bool) -> [UInt8]? {
        var word: [UInt8] = []
        var quote: UInt8?
        while let byte = rest.first {
            if quote == nil, byte.isBlank || (isKeyword && byte == UInt8(ascii: "=")) { break }
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\\"), let next = rest.first, isEscapable(next, inQuote: quote != nil) {
                word.append(next)
                rest = rest.dropFirst()
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else {
                word.append(byte)
            }
        }
        return quote == nil ? word : nil
    }

    private static func isEscapable(_ byte: UInt8, inQuote: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): true
        case UInt8(ascii: " "): !inQuote
        default: false
        }
    }
}
