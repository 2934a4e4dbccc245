import AccessModel
import CommandLineKit
import Foundation
import Logging
import Testing

@testable import ConnectorRuntime

private func lines(_ format: LogFormat, level: Logger.Level = .info, _ work: (Logger) -> Void) -> [String] {
    let notes = Notes<String>()
    var handler = LineLogHandler(format, level: level) { notes.add($0) }
    handler.now = { 1_795_374_095.826 }
    let log = Logger(label: "test") { [handler] _ in handler }
    work(log)
    return notes.all
}

@Suite struct `the log` {
    @Test func `is one JSON object a line with typed fields`() throws {
        let lines = lines(.json) { log in
            log.info(
                "Synced \"x\"\n",
                metadata: [
                    "count": .stringConvertible(12), "done": .stringConvertible(true), "rate": .stringConvertible(1.5),
                    "wait": .stringConvertible(Duration.milliseconds(2500)), "name": "12",
                    "list": ["a", .stringConvertible(1)],
                    "nested": ["b": "x", "a": .stringConvertible(2)], "id": .stringConvertible(ResourceID("t", "v")),
                ])
        }
        let line = try #require(lines.first)
        let start = #"{"level":"info","ts":1795374095.826,"caller":"ConnectorRuntimeTests/LoggingTests.swift:"#
        #expect(line.hasPrefix(start), "\(line)")
        let end =
            #","msg":"Synced \"x\"\n","count":12,"done":true,"id":"t/v","list":["a",1],"name":"12","nested":{"a":2,"b":"x"},"rate":1.5,"wait":2.5}"#
        #expect(line.hasSuffix(end + "\n"), "\(line)")
        #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    }

    @Test func `escapes every control character`() throws {
        let odd = String((0..<0x20).map { Character(Unicode.Scalar($0)) }) + "\u{7F}é😀\\"
        let line = try #require(lines(.json) { $0.info("\(odd)") }.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["msg"] as? String == odd)
    }

    @Test func `has columns on a console`() throws {
        let lines = lines(.console) { log in
            log.warning("two\nlines\u{1B}[2J", metadata: ["n": .stringConvertible(1)])
            log.error("plain")
        }
        let columns = try #require(lines.first).split(separator: "\t")
        #expect(columns[0] == "2026-11-22T19:01:35.826Z")
        #expect(columns[1] == "WARN")
        #expect(columns[2].hasPrefix("ConnectorRuntimeTests/LoggingTests.swift:"))
        #expect(columns[3] == "two\\nlines\\u{1b}[2J")
        #expect(columns[4] == "{\"n\":1}\n")
        #expect(try #require(lines.last).hasSuffix("\tplain\n"))
        #expect(try #require(lines.last).contains("\tERROR\t"))
    }

    @Test func `leaves out what is below its level`() {
        let all: (Logger) -> Void = { log in
            log.debug("d")
            log.info("i")
            log.warning("w")
            log.error("e")
        }
        #expect(lines(.json, level: .debug, all).count == 4)
        #expect(lines(.json, level: .info, all).count == 3)
        #expect(lines(.json, level: .error, all).count == 1)
    }

    @Test(arguments: [
        ("debug", Logger.Level.debug), ("info", .info), ("warn", .warning), ("ERROR", .error), ("fatal", .critical),
        ("panic", .critical), ("dpanic", .critical), ("nonsense", nil), ("", nil), ("trace", nil),
    ])
    func `knows its levels`(name: String, level: Logger.Level?) {
        #expect(Logger.Level(named: name) == level)
    }

    @Test func `knows its formats`() {
        #expect(LogFormat(named: "Console") == .console)
        #expect(LogFormat(named: "json") == .json)
        #expect(LogFormat(named: "xml") == nil)
    }

    @Test func `writes numbers as JSON can hold them`() throws {
        let line = try #require(
            lines(.json) { log in
                log.info(
                    "n",
                    metadata: [
                        "a": .stringConvertible(Double.nan), "b": .stringConvertible(-Double.infinity),
                        "c": .stringConvertible(1e300), "d": .stringConvertible(Float(0.5)),
                        "e": .stringConvertible(Int64.min), "f": .stringConvertible(Duration.seconds(60)),
                    ])
            }.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["a"] as? String == "nan" && object["b"] as? String == "-inf")
        #expect(object["c"] as? Double == 1e300 && object["d"] as? Double == 0.5)
        #expect(object["e"] as? Int64 == .min && object["f"] as? Int == 60)
    }

    @Test func `has the error of a line as a field`() throws {
        let line = try #require(
            lines(.json) { $0.error("failed", error: ServiceError(.notFound, "gone"), metadata: ["a": "b"]) }.first)
        #expect(line.contains("\"level\":\"error\""))
        #expect(line.hasSuffix(",\"msg\":\"failed\",\"a\":\"b\",\"error\":\"gone\"}\n"), "\(line)")
    }

    @Test func `in a file that fills up tells so once`() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let notes = Notes<String>()
        let streams = StandardStreams(output: { _ in }, error: { notes.add($0) })
        let write = try LogFile.writer(to: ["/dev/full"], streams: streams)
        write("one\n")
        write("two\n")
        #expect(notes.all == ["/dev/full: lines of the log are lost, No space left on device\n"])
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (951_782_400.5, "2000-02-29T00:00:00.500Z"),
        (4_102_444_799.999, "2099-12-31T23:59:59.999Z"), (-1.0, "1969-12-31T23:59:59.000Z"),
    ])
    func `tells the time`(seconds: Double, text: String) {
        #expect(Timestamp.text(seconds) == text)
    }

    @Test func `goes to files only their owner can read`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-log-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = ["\(folder)/a.log", "\(folder)/b.log"]
        let notes = Notes<String>()
        let streams = StandardStreams(output: { notes.add("out " + $0) }, error: { notes.add("err " + $0) })
        let write = try LogFile.writer(to: paths + ["stdout", "stderr"], streams: streams)
        write("one\n")
        write("two\n")
        for path in paths {
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        #expect(notes.all == ["out one\n", "err one\n", "out two\n", "err two\n"])
        #expect(throws: ServiceError.self) { try LogFile.writer(to: ["\(folder)/no/c.log"], streams: streams) }
    }
}
