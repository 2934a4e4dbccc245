import Foundation
import Testing

@testable import ConnectorRunner

private func lines(_ format: RunnerLog.Format, _ body: (RunnerLog) -> Void) -> [String] {
    let kept = Lines()
    let log = RunnerLog(
        format, level: .info, names: ["org1"], now: { Date(timeIntervalSince1970: 1.5) }, write: kept.write)
    body(log)
    return kept.all
}

@Suite struct `a line of a connector` {
    @Test(arguments: [
        ("{\"level\":\"info\",\"msg\":\"x\"}", "{\"connector\":\"org1\",\"level\":\"info\",\"msg\":\"x\"}\n"),
        ("{}", "{\"connector\":\"org1\"}\n"),
        ("{\"connector\":1}", "{\"runner_connector\":\"org1\",\"connector\":1}\n"),
    ]) func `that is a JSON object gets a field with the name`(line: String, expected: String) {
        #expect(lines(.console) { $0.pass(line, of: "org1") } == [expected])
        #expect(lines(.json) { $0.pass(line, of: "org1") } == [expected])
    }

    @Test(arguments: ["plain", "{broken", "{broken}", "[1]", "", "a\tb"])
    func `that is anything else stands behind the name, or in a field of a JSON log`(line: String) throws {
        #expect(lines(.console) { $0.pass(line, of: "org1") } == ["org1         | \(line)\n"])
        let json = try #require(lines(.json) { $0.pass(line, of: "org1") }.first)
        struct Entry: Decodable, Equatable { var level, connector, msg: String; var ts: Double }
        let entry = try JSONDecoder().decode(Entry.self, from: Data(json.utf8))
        #expect(entry == Entry(level: "info", connector: "org1", msg: line, ts: 1.5))
    }

    @Test(arguments: [
        ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"), ("{\"a\":\"\u{1B}[2J\"}", "{\"a\":\"\\u{1b}[2J\"}"),
        ("{\r\"a\":1}", "{\\u{d}\"a\":1}"), ("{\"a\":\"\u{9B}2J\"}", "{\"a\":\"\\u{9b}2J\"}"),
    ]) func `can't steer the terminal`(line: String, shown: String) {
        #expect(lines(.console) { $0.pass(line, of: "org1") } == ["org1         | \(shown)\n"])
    }
}

@Suite struct `a line of the runner` {
    @Test func `names the time, the level and the connector it is about`() {
        #expect(
            lines(.console) { log in
                log.tell(.debug, "not shown")
                log.tell(.warn, "fell", about: "org1")
                log.tell(.info, "stopping")
            } == [
                "baton-runner | 1970-01-01T00:00:01.500Z\tWARN\torg1: fell\n",
                "baton-runner | 1970-01-01T00:00:01.500Z\tINFO\tstopping\n",
            ])
        #expect(
            lines(.json) { $0.tell(.warn, "fell \"down\"", about: "org1") }
                == ["{\"level\":\"warn\",\"ts\":1.5,\"connector\":\"org1\",\"msg\":\"fell \\\"down\\\"\"}\n"])
    }
}

@Suite struct `what a connector writes` {
    private func split(_ bytes: [UInt8], by size: Int) -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.take(bytes[start..<min(start + size, bytes.count)])
        }
        return lines + splitter.finish()
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func `is cut into the same lines however it arrives`(size: Int) {
        #expect(split(Array("one\r\n\nzwölf\nrest".utf8), by: size) == ["one", "", "zwölf", "rest"])
        #expect(split([0xFF, 0x0A], by: size) == ["\u{FFFD}"])
        #expect(split([], by: size).isEmpty)
    }

    @Test(arguments: [1 << 16, 3_000_001]) func `is passed on in pieces when a line is endless`(size: Int) {
        let text = String(repeating: "aö€", count: 500_000)
        let pieces = split(Array((text + "\nnext\n").utf8), by: size)
        #expect(pieces.allSatisfy { $0.utf8.count <= LineSplitter.longest })
        #expect(pieces.last == "next" && pieces.dropLast().joined() == text && pieces.count == 4)
    }
}
