import CommandLineKit
import Foundation
import SettingsFiles
import Testing

@testable import ConnectorRuntime

/// A folder that is gone when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
}

private let flags = [
    Flag("url", help: ""), Flag("count", .int, help: ""), Flag("deep", .bool, help: ""),
    Flag("domains", .strings, help: ""), Flag("labels", .map, help: ""), Flag("api-key", help: ""),
]

@Suite struct `a configuration file` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func values(_ text: String) throws -> CommandLineProgram.OutsideValues {
        try folder.write(text, to: ".baton.yaml")
        return try #require(try ConfigurationFile.find(in: folder.path, [:])).values(for: flags)
    }

    private func complaint(_ text: String) -> String {
        do {
            _ = try values(text)
            return "nothing"
        } catch {
            return "\(error)".replacing(folder.path + "/", with: "")
        }
    }

    @Test func `sets values of every kind`() throws {
        let found = try values(
            """
            URL: https://x
            count: 0x10
            deep: yes
            domains: [a, "b,c", 3]
            labels: {team: a, "n": 1}
            api-key: 12345
            """)
        #expect(found.values["url"] == .string("https://x"))
        #expect(found.values["count"] == .int(16))
        #expect(found.values["deep"] == .bool(true))
        #expect(found.values["domains"] == .strings(["a", "b,c", "3"]))
        #expect(found.values["labels"] == .map(["team": "a", "n": "1"]))
        #expect(found.values["api-key"] == .string("12345"))
        #expect(found.remarks.isEmpty)
    }

    @Test func `may write lists, maps and Booleans as on the command line`() throws {
        let found = try values("domains: a,b\nlabels: 'x=1,y=2'\ndeep: 'T'\nurl: true\n")
        #expect(found.values["domains"] == .strings(["a", "b"]))
        #expect(found.values["labels"] == .map(["x": "1", "y": "2"]))
        #expect(found.values["deep"] == .bool(true))
        #expect(found.values["url"] == .string("true"))
    }

    @Test(arguments: ["", "# nothing\n", "url:\n", "url: ~\n"])
    func `may say nothing`(text: String) throws {
        #expect(try values(text).values.isEmpty)
    }

    @Test func `is told about settings that don't exist`() throws {
        let found = try values("ulr: x\nurl: y\n")
        #expect(found.values == ["url": .string("y")])
        #expect(found.remarks.count == 1)
        #expect(found.remarks.first?.hasSuffix(".baton.yaml: there is no setting \"ulr\", it is ignored") == true)
    }

    @Test(arguments: [
        ("count: many", ".baton.yaml: count is not a whole number. Correct it."),
        ("count: [1]", ".baton.yaml: count is not a whole number. Correct it."),
        ("deep: hunter2", ".baton.yaml: deep is neither true nor false. Correct it."),
        ("domains: {a: b}", ".baton.yaml: domains is not a list. Correct it."),
        ("domains: [[a]]", ".baton.yaml: domains is nested deeper than a setting can be. Correct it."),
        ("- a\n", ".baton.yaml: is not a list of settings. Write one setting a line, as in `name: value`."),
        ("? [a]\n: b\n", ".baton.yaml: has a setting without a name. Correct it."),
    ])
    func `says which setting is wrong`(text: String, message: String) {
        #expect(complaint(text) == message)
    }

    @Test(arguments: [
        "api-key: hunter2\nurl: [", "api-key: 'hunter2", "a: b\n hunter2: : :\n", "\thunter2: 1", "--- a\n--- b",
    ])
    func `says where it is malformed without quoting it`(text: String) {
        let complaint = complaint(text)
        #expect(complaint.hasPrefix(".baton.yaml: is not valid YAML"), "\(complaint)")
        #expect(!complaint.contains("hunter2"))
        #expect(!complaint.contains("\n"))
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func `may be nested deeply without harm`(opening: String) {
        #expect(complaint(String(repeating: opening, count: 200_000)) != "nothing")
    }

    @Test func `may be large or binary without harm`() {
        #expect(complaint(String(repeating: "#", count: (1 << 20) + 1)).contains("larger than 1 MiB"))
        #expect(complaint("url: \u{0}\u{1}") != "nothing")
    }

    @Test func `may repeat anchors without growing`() {
        let laughs = (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }.joined(separator: "\n")
        #expect(complaint("a0: &a0 [x]\n\(laughs)\nurl: *a30") == ".baton.yaml: url is not a text. Correct it.")
    }

    @Test func `is found by name, JSON first`() throws {
        #expect(try ConfigurationFile.find(in: folder.path, [:]) == nil)
        for name in [".baton", ".baton.yml", ".baton.yaml", ".baton.json"] {
            try folder.write("{}", to: name)
            #expect(try ConfigurationFile.find(in: folder.path, [:])?.path == "\(folder.path)/\(name)")
        }
    }

    @Test func `is found where the variable points`() throws {
        try folder.write("url: x", to: "other.yml")
        let path = "\(folder.path)/other.yml"
        #expect(try ConfigurationFile.find(in: "/", ["BATON_CONFIG_PATH": path])?.path == path)
        #expect(throws: UsageError.self) { try ConfigurationFile.find(in: "/", ["BATON_CONFIG_PATH": path + ".yaml"]) }
        let wrong = #expect(throws: UsageError.self) {
            try ConfigurationFile.find(in: "/", ["BATON_CONFIG_PATH": "x.json"])
        }
        #expect(wrong?.message == "expected config file to have .yaml or .yml extension")
    }
}
