import AccessModel
import BatonWire
import SwiftProtobuf
import Testing

/// "é" as one character and as "e" with an accent: the same text to Swift, two ids to everybody else.
private let composed = "caf\u{E9}"
private let decomposed = "cafe\u{301}"

@Suite struct `an id` {
    @Test func `is its bytes`() {
        #expect(composed == decomposed, "the trap this suite is about")
        #expect(ByteKey(composed) != ByteKey(decomposed))
        #expect(ResourceID("user", composed) != ResourceID("user", decomposed))
        #expect(Set([ResourceID("user", composed), ResourceID("user", decomposed)]).count == 2)
        #expect(!composed.hasSameBytes(as: decomposed))
    }

    @Test func `is sorted by its bytes`() {
        #expect(ResourceID("a", "z") < ResourceID("b", "a"))
        #expect(ByteKey("Z") < ByteKey("a"))
        #expect(ByteKey("a") < ByteKey("\u{E9}"))
    }

    @Test func `of a type and a value is not the id of the two run together`() {
        #expect(ResourceID("a", "bc") != ResourceID("ab", "c"))
    }
}

@Suite struct `a sync id` {
    @Test func `is spelled as in the golden vector`() {
        let id = KSUID(at: 1_700_000_000, payload: Array("0123456789abcdef".utf8))
        #expect(id.description == "2YBXZJJ8OKI5bYcoQRNKmpjauPe")
    }

    @Test func `sorts by the time it was made`() {
        #expect(KSUID(at: 1_700_000_000).description < KSUID(at: 1_700_000_001).description)
        #expect(KSUID(at: 1_700_000_000).description.utf8.count == 27)
    }
}

@Suite struct `an entitlement and a grant` {
    private let group = Resource.group(ResourceID("group", #"g:1/x\y"#), name: "Group")

    @Test func `have the ids that every implementation forms`() {
        let member = Entitlement.assignment("member", on: group)
        #expect(member.id == #"group:g:1/x\y:member"#)
        let grant = Grant("member", on: group.identity, to: ResourceID("user", "42"))
        #expect(grant.id == #"group:g:1/x\y:member:user:42"#)
        #expect(grant.entitlement.id == member.id)
    }

    @Test func `say who else has them when they expand`() throws {
        let inner = ResourceID("group", "inner")
        let grant = Grant("member", on: group.identity, to: inner).expanding("member", to: ["user"])
        let expandable = try #require(try grant.annotations.first(GrantExpandable.self))
        #expect(expandable.entitlementIds == ["group:inner:member"])
        #expect(expandable.resourceTypeIds == ["user"])
    }
}

@Suite struct `annotations` {
    @Test func `are matched by message name whatever their host`() throws {
        var annotation = Annotation(carrying: GrantImmutable.with { $0.sourceID = "x" })
        annotation.typeURL = "example.com/c1.connector.v2.GrantImmutable"
        #expect(try [annotation].first(GrantImmutable.self)?.sourceID == "x")
        annotation.typeURL = "c1.connector.v2.GrantImmutable"
        #expect([annotation].contains(GrantImmutable.self))
        #expect(![annotation].contains(GrantExpandable.self))
    }

    @Test func `are replaced by an update, all of one type`() throws {
        var annotations = [
            Annotation(carrying: GrantImmutable.with { $0.sourceID = "1" }), Annotation(carrying: GrantExpandable()),
            Annotation(carrying: GrantImmutable.with { $0.sourceID = "2" }),
        ]
        annotations.update(GrantImmutable.with { $0.sourceID = "3" })
        #expect(annotations.count == 2)
        #expect(try annotations.all(GrantImmutable.self).map(\.sourceID) == ["3"])
    }

    @Test func `carry maps in key order`() {
        let profile = Profile(["b": .text("2"), "a": .text("1"), "c": .number(3)])
        let bytes = profile.serializedInOrder()
        #expect(bytes == Profile(["c": .number(3), "a": .text("1"), "b": .text("2")]).serializedInOrder())
        #expect(bytes.firstIndex(of: UInt8(ascii: "a")) ?? 99 < bytes.firstIndex(of: UInt8(ascii: "b")) ?? 0)
    }
}

@Suite struct `a user` {
    @Test func `says the same on the resource and in its trait, for readers of every age`() throws {
        var attributes = UserAttributes()
        attributes.emails = ["ann@example.com", "ann@example.org"]
        attributes.profile = Profile(["team": .text("a")])
        attributes.status = .disabled
        attributes.statusDetails = "left"
        let user = Resource.user(ResourceID("user", "ann"), name: "Ann", attributes: attributes)
        let trait = try #require(try user.annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(user.profile.string("team") == "a")
        #expect(trait.profile.string("team") == "a")
        #expect(user.status.status == .disabled)
        #expect(trait.status.status == .disabled)
        #expect(trait.status.details == "left")
        #expect(trait.emails.map(\.isPrimary) == [true, false])
    }
}
