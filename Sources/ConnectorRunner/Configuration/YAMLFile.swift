import Yams

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A YAML file and what is known of it.
struct YAMLFile {
    private static let largest = 1 << 20

    let path: String
    /// What stands in it; nil when it is empty.
    let root: Node?
    /// Whether every account of the machine can read or change it.
    let isOpenToOthers: Bool

    /// Reads the file at `path`.
    init(_ path: String) throws(ConfigurationProblem) {
        self.path = path
        let (bytes, mode) = try Self.read(path)
        isOpenToOthers = mode & 0o006 != 0
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationProblem(file: path, line: nil, text: "is not UTF-8 text. Save it as UTF-8.")
        }
        do {
            let content = try compose(yaml: text)
            root = content?.null == nil ? content : nil
        } catch {
            throw Self.problem(error, in: path)
        }
    }

    private static func read(_ path: String) throws(ConfigurationProblem) -> (bytes: [UInt8], mode: mode_t) {
        guard let handle = fopen(path, "re") else {
            let reason = String(cString: strerror(errno))
            let cure = errno == ENOENT ? "Correct the path or make the file." : "Check its permissions."
            throw ConfigurationProblem(file: path, line: nil, text: "can't be read, \(reason). \(cure)")
        }
        defer { fclose(handle) }
        var status = stat()
        _ = fstat(fileno(handle), &status)
        var bytes = [UInt8](repeating: 0, count: largest + 1)
        let count = fread(&bytes, 1, bytes.count, handle)
        guard ferror(handle) == 0, count <= largest else {
            throw ConfigurationProblem(
                file: path, line: nil, text: "can't be read, or is larger than 1 MiB. Check what it is.")
        }
        // Pipes and devices have modes that say nothing about who reads their content.
        return (Array(bytes[..<count]), status.st_mode & S_IFMT == S_IFREG ? status.st_mode : 0)
    }

    /// Only the position is told: the parser's own text quotes the file, which may hold secrets.
    private static func problem(_ error: any Error, in path: String) -> ConfigurationProblem {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            ConfigurationProblem(
                file: path, line: mark.line,
                text: "is not valid YAML (column \(mark.column)). Check the indentation, the colons and the quotes.")
        case .duplicatedKeysInMapping(_, let context):
            ConfigurationProblem(
                file: path, line: context.mark.line, text: "a key stands twice in the map that begins here. Remove one."
            )
        default:
            ConfigurationProblem(file: path, line: nil, text: "is not valid YAML. Correct it.")
        }
    }
}
