import LanternCatalog
import LanternSignIn
import Testing

@testable import LanternWeb

@Suite struct `a hostile name` {
    private static let names = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE grants; --",
        "</title></svg><script>1</script>", "=cmd|' /C calc'!A0", "{{7*7}}${7*7}", "a\u{202E}b", "a\u{7}b\u{1B}[2J",
        String(repeating: "x", count: 4000),
    ]

    @Test(arguments: names) func `is shown as the text that it is`(name: String) async throws {
        let server = try await TestServer()
        let data = try await server.sampleData(name: "N" + name, group: "G" + name.filter { $0 != "," })
        let browser = try await server.browser(.administrator)
        for page in `every page`.pages where page.administrator == 200 {
            let text = try await browser.get(data.fill(page.path)).text
            for tag in ["<script>alert", "<img src=x", "<script>1", "onerror=alert(1)>"]
            where !page.path.contains("csv") && !page.path.contains("json") && !page.path.contains("file") {
                #expect(!text.contains(tag), "\(page.path)")
            }
            #expect(
                !text.contains("\u{202E}") || page.path.contains("file") || page.path.contains("csv")
                    || page.path.contains("json"), "\(page.path)")
        }
    }

    @Test func `is no formula in a file`() async throws {
        let server = try await TestServer()
        let data = try await server.sampleData(name: "=1+1")
        let text = try await server.browser(.administrator).get(data.fill("/apps/APP/accounts?format=csv")).text
        #expect(text.contains("'=1+1"))
    }

    @Test func `in markup is escaped`() {
        let hostile = "<a href='x'>&\"\u{1B}"
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        #expect(
            html.text
                == "<p title=\"&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{FFFD}\">&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{FFFD}</p>"
        )
    }
}

@Suite struct `a form with a file` {
    private static let form =
        "--b\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nabc\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\\\sync.c1z\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--a\r\n-\r\n--b--\r\n"

    @Test(arguments: 1...40) func `is read however it is cut`(size: Int) throws {
        var reader = try MultipartReader(contentType: "multipart/form-data; boundary=b")
        var events: [MultipartReader.Event] = []
        var rest = Array(Self.form.utf8)[...]
        while !rest.isEmpty {
            events += try reader.read(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        var content: [UInt8] = []
        var others: [MultipartReader.Event] = []
        for event in events {
            if case .content(let bytes) = event { content += bytes } else { others.append(event) }
        }
        #expect(
            others == [.field(name: "source", value: "abc"), .file(field: "file", name: "sync.c1z"), .fileEnd, .end])
        #expect(String(decoding: content, as: UTF8.self) == "\r\n--a\r\n-")
        #expect(reader.isComplete)
    }

    @Test func `has one file and not too many parts`() throws {
        func read(_ parts: [String]) throws {
            var reader = try MultipartReader(contentType: "multipart/form-data; boundary=b")
            for part in parts {
                _ = try reader.read(Array("--b\r\nContent-Disposition: form-data; \(part)\r\n\r\nx\r\n".utf8))
            }
            _ = try reader.read(Array("--b--\r\n".utf8))
        }
        let field = "name=\"f\""
        let file = "name=\"file\"; filename=\"a.csv\""
        try read(Array(repeating: field, count: 99) + [file])
        #expect(throws: WebError.self) { try read(Array(repeating: field, count: 101)) }
        #expect(throws: WebError.self) { try read([file, file]) }
    }

    @Test(arguments: ["text/plain", "multipart/form-data", "multipart/form-data; boundary="])
    func `says what it is`(type: String) {
        #expect(throws: WebError.self) { try MultipartReader(contentType: type) }
    }
}
