import Testing
import WireForm

@testable import LanternCatalog

@Suite struct `all that is told of an account` {
    @Test func `is read from the resource, and from the trait where older files have it`() throws {
        let old = try ResourceRecord(
            #"""
            {"displayName":"Ann","profile":{},"annotations":[
              {"@type":"type.googleapis.com/c1.connector.v2.ExternalLink","url":"https://example.com/ann"},
              {"@type":"type.googleapis.com/c1.connector.v2.UserTrait","profile":{"team":"Sales"},
               "emails":[{"address":"b@example.com"},{"address":"a@example.com","isPrimary":true}],
               "login":"ann","loginAliases":["a"],"employeeIds":["7"],"mfaStatus":{"mfaEnabled":true},"ssoStatus":{}}]}
            """#)
        #expect(old.profile.map(\.name) == ["team"])
        #expect(old.emails == ["a@example.com", "b@example.com"])
        #expect(old.logins == ["ann", "a"])
        #expect(old.employeeIDs == ["7"])
        #expect(old.hasMFA == true && old.hasSSO == false)
        #expect(old.link == "https://example.com/ann")
        let new = try ResourceRecord(
            #"{"profile":{"team":"Ops"},"annotations":[{"@type":"x/c1.connector.v2.UserTrait","profile":{"team":"Sales"}}]}"#
        )
        #expect(new.profile.map { $0.value.string } == ["Ops"])
        #expect(new.hasMFA == nil && new.emails == [] && new.logins == [])
        let sheet = try ResourceRecord(#"{"email":"a@example.com","login":"ann","profile":{}}"#)
        #expect(sheet.emails == ["a@example.com"] && sheet.logins == ["ann"])
    }

    @Test(arguments: ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "//example.com"])
    func `leads nowhere but to the web`(url: String) throws {
        let record = try ResourceRecord(
            #"{"annotations":[{"@type":"x/c1.connector.v2.ExternalLink","url":"\#(url)"}]}"#)
        #expect(record.link == nil)
    }
}
