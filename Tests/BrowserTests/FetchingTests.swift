import Foundation
import LanternCatalog
import Logging
import ObjectStorage
import PythonServices
import Testing

extension `somebody with a browser` {
    @Test(
        .timeLimit(.minutes(5)), .enabled(if: BucketService.isThere, .init(rawValue: BucketService.absenceText))
    ) func `has a bucket imported, and again when it has changed an hour later`() async throws {
        let service = try BucketService()
        let site = try await ServedSite(service.environment)
        defer { site.end() }
        func put(_ fixture: String, as key: String) async throws {
            try await RemoteFile.upload(
                Fixtures.path(fixture), to: "s3://bucket/\(key)", environment: service.environment,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        try await put("nested-sqlite", as: "baton-sync.c1z")
        let browser = try await Browser()
        try await browser.open(site.door)

        // Integrations, External data sources, Add data source
        try await browser.click("nav.rail a[href^='/integrations']")
        try await browser.click(".tabs a[href='/integrations/data-sources']")
        try await browser.click("a[href='/integrations/data-sources/new']")
        try await browser.type("Production", into: "#name")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.querySelector('#role_arn')")
        let external = try await browser.text("return location.pathname")
        let id = try await browser.text("return document.querySelector('code[data-copy]').innerText")
        try service.fault(["external_id": id])
        try await browser.type("arn:aws:iam::123456789012:role/LanternIntegration", into: "#role_arn")
        try await browser.type("bucket", into: "#bucket")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.body.innerText.includes('Saved.')")
        try await browser.click("form[action$='/test'] button")
        try await browser.wait(for: "document.body.innerText.includes('Everything works')")

        // Import app data, From data source, the name that the documentation gives
        try await browser.open(site.base + "/apps/new")
        try await browser.type("Okta", into: "#name")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "location.pathname.endsWith('/data-sources')")
        let application = try await browser.url.replacing("/data-sources", with: "")
        try await browser.click(".actions summary")
        try await browser.click(".menu-items a[href$='/fetch']")
        try await browser.type("sync.c1z", into: "#file")
        try await browser.click("form.card button.primary")
        // The page follows what comes of it.
        try await browser.wait(for: "document.body.innerText.includes('There are: baton-sync.c1z.')")
        let feed = try await browser.text("return location.pathname")
        try await check(
            [
                "/integrations/data-sources", "/integrations/data-sources/new", external, feed,
                application.replacing(site.base, with: "") + "/fetch?browse=1",
            ], browser, site)
        try await browser.open(site.base + feed)
        try await browser.click("details.card summary")
        try await browser.run("document.querySelector('details.card #file').value = ''")
        try await browser.type("s3://bucket/baton-sync.c1z", into: "details.card #file")
        try await browser.click("details.card button.primary")
        try await browser.wait(for: "document.querySelector('a[href^=\"/imports/\"]')")
        try await browser.wait(for: "document.querySelector('h2 .chip.good')")
        try await checkNumbers(of: "nested-sqlite", in: application, browser)

        // An hour later it has changed.
        try await put("okta-sqlite", as: "baton-sync.c1z")
        site.pass(seconds: 3600 - 120)
        try await Task.sleep(for: .seconds(6))
        try await checkNumbers(of: "nested-sqlite", in: application, browser)
        site.pass(seconds: 120)
        try await browser.open(site.base + feed)
        try await confirmed(in: application, browser)
        try await checkNumbers(of: "okta-sqlite", in: application, browser)
        try await browser.end()
    }

    /// Waits for the second import, which takes nearly everything away and so waits for somebody, and says yes to it.
    private func confirmed(in application: String, _ browser: Browser) async throws {
        var isHere = false
        for _ in 0..<60 where !isHere {
            try await browser.open(application + "/data-sources")
            isHere = try await browser.text("return document.querySelector('.notice a.button') !== null") == "true"
            try await Task.sleep(for: .milliseconds(250))
        }
        try #require(isHere, "the changed file was not fetched")
        try await browser.click(".notice a.button")
        for change in ["added", "removed"] {
            #expect(try await browser.text("return document.querySelectorAll('tbody .\(change)').length > 3") == "true")
        }
        try await browser.click(".notice button.primary")
        try await browser.wait(for: "document.querySelector('h2 .chip.good')")
    }
}
