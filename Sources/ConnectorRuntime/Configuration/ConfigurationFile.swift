import CommandLineKit
import ConnectorKit
import Yams

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The file that stands in for flags and variables.
struct ConfigurationFile {
    private static let largest = 1 << 20
    private static let names = [".baton.json", ".baton.yaml", ".baton.yml", ".baton"]

    let path: String

    /// The file of this run: where `BATON_CONFIG_PATH` points, or `.baton.yaml` and the like in `directory`.
    ///
    /// - Returns: nil when there is none.
    static func find(in directory: String, _ environment: [String: String]) throws -> ConfigurationFile? {
        if let path = environment["BATON_CONFIG_PATH"], !path.isEmpty {
            guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
                throw UsageError("expected config file to have .yaml or .yml extension")
            }
            guard isFile(path) else {
                throw UsageError("BATON_CONFIG_PATH: there is no file \(path). Correct the variable or unset it.")
            }
            return ConfigurationFile(path: path)
        }
        return names.map { "\(directory)/\($0)" }.first(where: isFile).map { ConfigurationFile(path: $0) }
    }

    /// The values of those of `flags` that are set here, and remarks about everything else.
    func values(for flags: [Flag]) throws -> CommandLineProgram.OutsideValues {
        guard let root = try content(), root.null == nil else { return .init() }
        guard let entries = root.mapping else {
            throw problem("is not a list of settings. Write one setting a line, as in `file: sync.c1z`.")
        }
        var found = CommandLineProgram.OutsideValues()
        for (key, node) in entries {
            guard let name = key.scalar?.string else { throw problem("has a setting without a name. Correct it.") }
            guard let flag = flags.first(where: { $0.name == name.lowercased() }) else {
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
            throw problem("can't be read, \(String(cString: strerror(errno))). Check its permissions.")
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

    /// Pipes and devices count too, so that a secret file can be handed over without touching the disk.
    private static func isFile(_ path: String) -> Bool {
        let kind = FileKind(at: path)
        return kind == .file || kind == .other
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
