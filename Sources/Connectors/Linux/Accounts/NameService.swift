import AccessModel
import ChildProcesses

/// Asks the C library's sources of accounts, such as a directory, through `getent`.
///
/// A program of its own keeps foreign modules out of this process and works when it is linked statically.
struct NameService: Sendable {
    let commands: any CommandRunner

    /// Names asked for in one call.
    private static let batch = 200

    /// All accounts that the sources list; directories often list none.
    func accounts() async throws -> [PasswdEntry] {
        PasswdFile.parse(try await answer("passwd"), file: "getent passwd").content
    }

    /// All groups that the sources list.
    func groups() async throws -> [GroupEntry] {
        GroupFile.parse(try await answer("group"), file: "getent group").content
    }

    /// Those of the accounts that exist.
    func accounts(named names: [String]) async throws -> [PasswdEntry] {
        PasswdFile.parse(try await answers("passwd", names), file: "getent passwd").content
    }

    /// Those of the groups that exist, by name or number.
    func groups(named names: [String]) async throws -> [GroupEntry] {
        GroupFile.parse(try await answers("group", names), file: "getent group").content
    }

    /// The numbers of all groups that each account is in.
    func groupNumbers(of names: [String]) async throws -> [ByteKey: [UInt32]] {
        var numbers: [ByteKey: [UInt32]] = [:]
        for line in try await answers("initgroups", names).lines {
            let words = line.bytes.words
            guard let name = words.first else { continue }
            numbers[ByteKey(name.text)] = words.dropFirst().compactMap(\.accountNumber)
        }
        return numbers
    }

    /// The triples of a netgroup, or nil when there is no such netgroup.
    func netgroup(_ name: String) async throws -> [(host: String?, user: String?)]? {
        let bytes = try await answer("netgroup", [name])
        return bytes.isEmpty ? nil : Netgroup.parse(bytes)
    }

    private func answers(_ database: String, _ names: [String]) async throws -> [UInt8] {
        // A name that looks like an option can't be asked for.
        let names = names.filter { !$0.isEmpty && $0.utf8.first != UInt8(ascii: "-") && !$0.utf8.contains(0) }
        var all: [UInt8] = []
        for start in stride(from: 0, to: names.count, by: Self.batch) {
            all += try await answer(database, Array(names[start..<min(start + Self.batch, names.count)]))
        }
        return all
    }

    private func answer(_ database: String, _ keys: [String] = []) async throws -> [UInt8] {
        let result = try await commands.run("getent", [database] + keys)
        // 2: some key was not found; 3: the source can't be listed.
        guard [0, 2, 3].contains(result.status) else {
            throw CommandError.failed(
                "getent \(database)", status: result.status, remark: result.remarks[...].firstLine)
        }
        return result.output
    }
}

/// Reads the answer to `getent netgroup`.
enum Netgroup {
    /// The triples `(host,user,domain)`; an empty place stands for anything, a dash for nothing.
    static func parse(_ bytes: [UInt8]) -> [(host: String?, user: String?)] {
        bytes.lines.flatMap { $0.bytes.split(separator: UInt8(ascii: "(")).dropFirst() }.compactMap { triple in
            let parts = triple.prefix { $0 != UInt8(ascii: ")") }.fields(separatedBy: ",").map(\.trimmed)
            guard parts.count == 3 else { return nil }
            return (parts[0].isEmpty ? nil : parts[0].text, parts[1].isEmpty ? nil : parts[1].text)
        }
    }
}

extension ArraySlice<UInt8> {
    /// The first line, for an error text.
    var firstLine: String { prefix { $0 != UInt8(ascii: "\n") }.text }
}
