import Testing

@testable import LanternWeb

@Suite struct `a file that is explored` {
    @Test func `is shown to whoever is at this machine, and can't be changed`() async throws {
        let server = try await TestServer(explorer: true)
        let data = try await server.sampleData()
        let anybody = Client(port: server.port)
        let fetched = ["/settings", "/integrations/data-sources", "/data-sources/FETCHED"]
        for page in `every page`.pages where page.auditor == 200 && !fetched.contains(where: page.path.hasPrefix) {
            #expect(try await anybody.get(data.fill(page.path)).status == 200, "\(page.path)")
        }
        for path in [
            "/sign-in", "/settings/tokens", "/settings/audit", "/apps/new", "/api/v1/apps",
            "/integrations/data-sources",
        ] {
            #expect(try await anybody.get(path).status == 404, "\(path)")
        }
        for path in ["/apps/new", "/apps/APP/delete", "/imports/IMPORT/confirm", "/sign-out", "/auth/v1/token"] {
            #expect([404, 405].contains(try await anybody.post(data.fill(path)).status), "\(path)")
        }
        // A page elsewhere whose name leads to this machine.
        #expect(try await anybody.send("GET", "/apps", host: "elsewhere.example:80").status == 403)
    }
}
