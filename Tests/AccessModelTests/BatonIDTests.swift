import AccessModel
import Testing

@Suite struct `a Baton id` {
    @Test(
        arguments: [
            ("bid:r:group/g1", ResourceID("group", "g1"), nil),
            ("bid:r:org/o1/team/t1", ResourceID("team", "t1"), ResourceID("org", "o1")),
            (#"bid:r:g\/r\:o\\up/a\/b"#, ResourceID(#"g/r:o\up"#, "a/b"), nil),
            ("bid:r:группа/é", ResourceID("группа", "é"), nil),
        ] as [(String, ResourceID, ResourceID?)])
    func `names a resource, and reads back`(text: String, id: ResourceID, parent: ResourceID?) throws {
        let read = try BatonID(parsing: text)
        #expect(read == .resource(id, parent: parent))
        #expect(read.text.hasSameBytes(as: text))
    }

    @Test func `names an entitlement by its resource and slug`() throws {
        let text = #"bid:e:org/o1/team/t\:1:read\/write"#
        let read = try BatonID(parsing: text)
        #expect(
            read == .entitlement(slug: "read/write", on: ResourceID("team", "t:1"), parent: ResourceID("org", "o1")))
        #expect(read.text.hasSameBytes(as: text))
    }

    @Test func `is its bytes, not what they look like`() throws {
        let (one, other) = ("\u{E9}", "e\u{301}")
        let ids = [one, other].flatMap { id in
            [
                BatonID.resource(ResourceID("user", id), parent: nil),
                .resource(ResourceID("user", "x"), parent: ResourceID(id, "y")),
                .entitlement(slug: id, on: ResourceID("user", "x"), parent: nil),
                .entitlement(slug: "x", on: ResourceID("user", id), parent: nil),
                .entitlement(slug: "x", on: ResourceID("user", "x"), parent: ResourceID(id, "y")),
            ]
        }
        #expect(Set(ids).count == 10)
        for (place, id) in ids.enumerated() {
            #expect(ids.map { $0 == id } == ids.indices.map { $0 == place })
            #expect(try Set([id, BatonID(parsing: id.text)]).count == 1)
        }
    }

    @Test(arguments: [
        "", "bid:r:", "bid:r:group", "bid:r:group/", "bid:r:/g1", "bid:r:group//g1", "bid:r:a/b/c", "bid:r:a/b/c/d/e",
        "bid:r:group/g1:member", "bid:r:group/g1/", #"bid:r:group/g1\"#, #"bid:r:group/g\1"#,
        "bid:g:group/g1:m:user/u1",
        "group/g1", "BID:R:group/g1", "bid:e:group/g1", "bid:e:group/g1:", "bid:e:group/g1:a/b", "bid:x:a/b",
    ]) func `that is malformed is refused with its text and the way to write it`(text: String) {
        let error = #expect(throws: ServiceError.self) { try BatonID(parsing: text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("\"\(text)\"") == true && error?.message.contains("bid:r:type/id") == true)
    }
}
