import SeededNumbers
import Testing

@testable import ConnectorRuntime

@Suite struct `the head of an HTTP request` {
    private func read(_ text: String) -> String {
        do {
            guard let head = try RequestHead(parsing: Array(text.utf8)) else { return "unfinished" }
            return "\(head.method) \(head.path)"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "GET /health"), ("GET /live HTTP/1.0\n\n", "GET /live"),
        ("\r\n\r\nPOST /ready?x=1 HTTP/1.1\r\nA:\tb\r\n\r\nbody", "POST /ready"),
        ("GET http://localhost:8081/health?y HTTP/1.1\r\n\r\n", "GET /health"),
        ("GET http://localhost HTTP/1.1\r\n\r\n", "GET /"), ("OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS *"),
        ("GET /a HTTP/1.1\r\nX: \u{E9}\r\n\r\n", "GET /a"), ("GET /%68ealth HTTP/1.1\r\n\r\n", "GET /%68ealth"),
        ("", "unfinished"), ("GET /health HTTP/1.1\r\nHost: x\r\n", "unfinished"), ("\r\n", "unfinished"),
    ])
    func `is a method, a path and fields`(text: String, head: String) {
        #expect(read(text) == head)
    }

    @Test(arguments: [
        "GET /health\r\n\r\n", "GET  /health HTTP/1.1\r\n\r\n", "GET /health HTTP/2.0\r\n\r\n",
        "GET health HTTP/1.1\r\n\r\n", "G@T /health HTTP/1.1\r\n\r\n", " /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1 \r\n\r\n", "GET /he\u{7F}alth HTTP/1.1\r\n\r\n", "GET /h\u{E9} HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \u{0}\r\n\r\n",
        "GET http:///health HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\n\n",
    ])
    func `is nothing else`(text: String) {
        #expect(read(text) == "malformed")
    }

    @Test func `has at most 8 KiB`() {
        let start = "GET / HTTP/1.1\r\nA: "
        let room = RequestHead.largest - start.utf8.count - 4
        #expect(read(start + String(repeating: "x", count: room) + "\r\n\r\n") == "GET /")
        #expect(read(start + String(repeating: "x", count: room + 1) + "\r\n\r\n") == "tooLarge")
        #expect(read(String(repeating: "x", count: RequestHead.largest)) == "unfinished")
        #expect(read(String(repeating: "x", count: RequestHead.largest + 1)) == "tooLarge")
        #expect(read(String(repeating: "\r\n", count: RequestHead.largest)) == "tooLarge")
    }

    @Test(arguments: 0..<8) func `is read the same however it comes, whatever it is`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let models = [
            "GET /health HTTP/1.1\r\nHost: localhost:8081\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n",
            "POST http://h/ready?q HTTP/1.0\nA: b\n\nrest", "HEAD /live HTTP/1.1\r\n\r\n",
        ]
        let spice = Array("\r\n\r\n \t:/?*\u{0}\u{7F}é".utf8)
        for _ in 0..<2000 {
            var bytes = Array(models[random.below(models.count)].utf8)
            for _ in 0..<random.below(6) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = spice[random.below(spice.count)]
                case 1: bytes.insert(UInt8(random.below(256)), at: place)
                default: bytes.remove(at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let whole = Self.outcome(bytes)
            // The first decision stands: more bytes never turn it round.
            let early = (0...bytes.count).lazy.map { Self.outcome(Array(bytes.prefix($0))) }.first {
                $0 != "unfinished"
            }
            if let early, early != "malformed" { #expect(early == whole, "\(bytes)") }
            if whole.hasPrefix("head") {
                #expect(whole.contains(" /") || whole.hasSuffix(" *"), "\(bytes)")
            }
        }
    }

    private static func outcome(_ bytes: [UInt8]) -> String {
        do {
            guard let head = try RequestHead(parsing: bytes) else { return "unfinished" }
            return "head \(head.method) \(head.path)"
        } catch {
            return "\(error)"
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
