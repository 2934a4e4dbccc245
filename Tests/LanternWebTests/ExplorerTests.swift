import Testing

@testable import LanternWeb

@Suite struct `a file that is explored` {
    @Test func `is shown to whoever is at this machine, and can't be changed`() async throws {
        let server = try await TestServer(explorer: true)
        let data = try await server.sampleData()
        let anybody = Client(port: server.port)
        for page in `every page`.pages where page.auditor == 200 && !page.path.hasPrefix("/settings") {
            #expect(try await anybody.get(data.fill(page.path)).status == 200, "\(page.path)")
        }
        for path in ["/sign-in", "/settings/tokens", "/settings/audit", "/apps/new", "/api/v1/apps"] {
            #expect(try await anybody.get(path).status == 404, "\(path)")
        }
        for path in ["/apps/new", "/apps/APP/delete", "/imports/IMPORT/confirm", "/sign-out", "/auth/v1/token"] {
            #expect([404, 405].contains(try await anybody.post(data.fill(path)).status), "\(path)")
        }
        // A page elsewhere whose name leads to this machine.
        #expect(try await anybody.send("GET", "/apps", host: "elsewhere.example:80").status == 403)
    }
}
