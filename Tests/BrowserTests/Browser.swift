import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A real browser, driven over WebDriver (W3C).
final class Browser {
    private let driver = Process()
    private let base: String
    private var session = ""

    static let driverPath = "/usr/bin/chromedriver"
    static let isThere = FileManager.default.isExecutableFile(atPath: driverPath)
    static let absence: Comment = "NOT TESTED: no browser; `make tools` installs chromium and its driver"

    init(width: Int = 1280, height: Int = 900) async throws {
        let output = Pipe()
        driver.executableURL = URL(filePath: Self.driverPath)
        driver.arguments = ["--port=0"]
        driver.standardOutput = output
        driver.standardError = FileHandle.nullDevice
        try driver.run()
        var text = ""
        var port: Substring?
        while port == nil, let data = try output.fileHandleForReading.read(upToCount: 1), !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
            port = text.firstMatch(of: /on port (\d+)\./)?.1
        }
        base = "http://127.0.0.1:\(try #require(port, "the driver did not start"))"
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--window-size=\(width),\(height)",
        ]
        let options: [String: Any] = ["args": arguments]
        let answer = try await call(
            "POST", "/session",
            ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options, "acceptInsecureCerts": true]]])
        session = try #require((answer as? NSDictionary)?["sessionId"] as? String, "\(answer)")
    }

    deinit { if driver.isRunning { kill(driver.processIdentifier, SIGKILL) } }

    private func call(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await answer.body.collect(upTo: 32 << 20)
        let json = try JSONSerialization.jsonObject(with: Data(Array(bytes.readableBytesView))) as? NSDictionary
        let value = json?["value"] ?? NSNull()
        guard answer.status == .ok else { throw Failure(text: "\(path): \(value)") }
        return value
    }

    struct Failure: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    private func command(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any {
        try await call(method, "/session/\(session)\(path)", body)
    }

    func open(_ url: String) async throws { _ = try await command("POST", "/url", ["url": url]) }

    var url: String {
        get async throws { try await command("GET", "/url") as? String ?? "" }
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await command("POST", "/element", ["using": "css selector", "value": selector])
        return try #require((found as? NSDictionary)?.allValues.first as? String)
    }

    func click(_ selector: String) async throws {
        _ = try await command("POST", "/element/\(try await element(selector))/click", [:])
    }

    func type(_ text: String, into selector: String) async throws {
        _ = try await command("POST", "/element/\(try await element(selector))/value", ["text": text])
    }

    /// Runs a function's body in the page.
    @discardableResult
    func run(_ script: String) async throws -> Any {
        try await command("POST", "/execute/sync", ["script": script, "args": [Any]()])
    }

    /// What a function's body returns, as text.
    func text(_ script: String) async throws -> String {
        try await run("return String((() => { \(script) })())") as? String ?? ""
    }

    func resize(_ width: Int, _ height: Int) async throws {
        _ = try await command("POST", "/window/rect", ["width": width, "height": height])
    }

    /// Waits until an expression in the page is true; the page may be loaded anew meanwhile.
    func wait(for expression: String) async throws {
        for _ in 0..<300 {
            if let isTrue = try? await run("return !!(\(expression))") as? Bool, isTrue { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(text: "never true: \(expression), at \(try await url)")
    }

    /// Closes the windows, and the driver with them.
    func end() async throws {
        _ = try await command("DELETE", "")
        kill(driver.processIdentifier, SIGKILL)
        driver.waitUntilExit()
    }
}
