public import CommandLineKit
import Yams

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A YAML file that stands in for flags and variables: one setting a line, under the name of its flag.
public struct SettingsFile: Sendable {
    /// What becomes of a setting that nobody asks for.
    public enum UnknownSetting: Sendable {
        /// It is ignored, and the person is told.
        case told
        /// It is an error.
        case refused
    }

    private static let largest = 1 << 20

    /// Where it is.
    public let path: String

    /// The file at a path.
    public init(_ path: String) { self.path = path }

    /// Whether there is something that can be read.
    ///
    /// Pipes and devices count too, so that a secret file can be handed over without touching the disk.
    public var isThere: Bool {
        let kind = FileKind(at: path)
        return kind == .file || kind == .other
    }

    /// The values of those of `flags` that are set here, and remarks about everything else.
    ///
    /// - Throws: ``UsageError`` that names the file and the setting.
    public func values(
        for flags: [Flag], unknown: UnknownSetting = .told
    ) throws -> CommandLineProgram.OutsideValues {
        guard let root = try content(), root.null == nil else { return .init() }
        guard let entries = root.mapping else {
            throw problem("is not a list of settings. Write one setting a line, as in `name: value`.")
        }
        var found = CommandLineProgram.OutsideValues()
        for (key, node) in entries {
            guard let name = key.scalar?.string else { throw problem("has a setting without a name. Correct it.") }
            guard let flag = flags.first(where: { $0.name == name.lowercased() }) else {
                guard unknown == .told else {
                    let known = flags.map(\.name).joined(separator: ", ")
                    throw problem("there is no setting \"\(name)\". It can have: \(known).")
                }
                found.remarks.append("\(path): there is no setting \"\(name)\", it is ignored")
                continue
            }
            do throws(FlagSyntaxProblem) {
                found.values[flag.name] = try node.value(of: flag.kind)
            } catch {
                throw problem("\(flag.name) is \(error.reason). Correct it.")
            }
        }
        return found
    }

    private func content() throws -> Node? {
        let bytes = try read()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw problem("is not UTF-8 text. Save it as UTF-8.")
        }
        do {
            return try compose(yaml: text)
        } catch let error as YamlError {
            // Only the position is told: the parser's own text quotes the file, which may hold secrets.
            throw problem("is not valid YAML\(error.position). Correct it or move it away.")
        }
    }

    private func read() throws -> [UInt8] {
        guard let handle = fopen(path, "re") else {
            let number = errno
            let cure = number == ENOENT ? "Correct its path or make it." : "Check its permissions."
            throw problem("can't be read, \(String(cString: strerror(number)).lowercased()). \(cure)")
        }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: Self.largest + 1)
        let count = fread(&bytes, 1, bytes.count, handle)
        guard ferror(handle) == 0, count <= Self.largest else {
            throw problem("can't be read, or is larger than 1 MiB. Check what it is.")
        }
        return Array(bytes[..<count])
    }

    private func problem(_ text: String) -> UsageError {
        UsageError("\(path): \(text)")
    }
}

extension YamlError {
    fileprivate var position: String {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            " (line \(mark.line), column \(mark.column))"
        case .duplicatedKeysInMapping(_, let context): " (line \(context.mark.line): a setting stands there twice)"
        default: ""
        }
    }
}
