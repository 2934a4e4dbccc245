import AccessModel
import C1Z
import Foundation
import SyncEngine
import Testing

#if canImport(Glibc)
import Glibc

/// The most memory this process has had, in KiB.
private func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
}

/// Whether AddressSanitizer is in this process: it keeps freed memory for a while.
private let keepsFreedMemory = dlsym(nil, "__asan_init") != nil

@Suite(.disabled(if: keepsFreedMemory, "NOT MEASURED: AddressSanitizer keeps freed memory"))
struct `the memory of a sync` {
    @Test(.timeLimit(.minutes(2))) func `doesn't grow with the number of pages`() async {
        await #expect(processExitsWith: .success) {
            let middle = Notes<Int>()
            var client = ScriptedClient()
            client.types = { _ in .init(rows: [SmallDirectory.user]) }
            client.resources = { call in
                let page = Int(call.token) ?? 0
                if page == 300 { middle.add(peakMemory()) }
                let rows = (0..<100).map { Resource.user(ResourceID("user", "u\($0)"), name: "U", email: "") }
                return .init(rows: rows, next: page < 1500 ? "\(page + 1)" : "")
            }
            try await TestSync().run(client)
            let before = try #require(middle.all.first)
            #expect(before > 0)
            // A leak of a tenth of what went through would be more.
            #expect(peakMemory() - before < 8 << 10)
        }
    }
}
#endif
