import AccessModel
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite struct `a distinguished name` {
    @Test(arguments: [
        ("uid=ada,ou=people,dc=corp,dc=example", "uid=ada,ou=people,dc=corp,dc=example"),
        ("UID=Ada, OU=People ,DC = Corp,dc=EXAMPLE", "uid=ada,ou=people,dc=corp,dc=example"),
        ("cn=Ødegård\\, Tara,dc=x", "cn=\\c3\\b8deg\\c3\\a5rd\\, tara,dc=x"),
        ("CN=\\C3\\98degard,DC=x", "cn=\\c3\\b8degard,dc=x"),
        ("employeeNumber=ABC,dc=x", "employeenumber=ABC,dc=x"),
        ("cn=a+UID=B,dc=x", "cn=a+uid=b,dc=x"),
        ("uid=B+cn=a,dc=x", "cn=a+uid=b,dc=x"),
        ("cn=\\ both ends\\ ,dc=x", "cn=both ends,dc=x"),
        ("cn=\\#1 \\\"x\\\" \\<y\\>\\;\\\\,dc=x", "cn=\\#1 \\\"x\\\" \\<y\\>\\;\\\\,dc=x"),
        ("cn=a=b,dc=x", "cn=a=b,dc=x"),
        ("cn=\\00\\7f,dc=x", "cn=\\00\\7f,dc=x"),
        ("cn=#040141,dc=x", "cn=a,dc=x"),
        ("cn=\u{130}stanbul,dc=x", "cn=istanbul,dc=x"),
        ("cn=,dc=x", "cn=,dc=x"),
        ("", ""),
    ]) func `is the same text however it was spelled`(spelled: String, id: String) throws {
        let name = try #require(DistinguishedName(spelled))
        #expect(name.text == id)
        #expect(DistinguishedName(name.text)?.text == id)
        #expect(id.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    @Test(arguments: ["ada", "uid", "=x", "uid=a,,dc=x", "uid=a,dc", "cn=\"a", "a=b,\u{0}c=d"])
    func `is told from what is none`(text: String) {
        #expect(DistinguishedName(text) == nil)
    }

    @Test func `keeps bytes that are no text`() throws {
        let name = try #require(DistinguishedName(Array("cn=".utf8) + [0xFF, 0x41] + Array(",dc=x".utf8)))
        #expect(name.text == "cn=\\ffA,dc=x")
        #expect(name.firstValue == [0xFF, 0x41])
    }

    @Test func `knows what it is under`() throws {
        let base = try #require(DistinguishedName("ou=Some One,dc=x"))
        let other = try #require(DistinguishedName("employeeNumber=A,dc=x"))
        #expect(try #require(DistinguishedName("cn=a\\,b,OU=some one,DC=X")).isWithin(base))
        #expect(base.isWithin(base))
        #expect(try #require(DistinguishedName("cn=a,employeenumber=a,dc=x")).isWithin(other))
        #expect(try #require(DistinguishedName("cn=a\\,ou=some one,dc=x")).isWithin(base) == false)
        #expect(try #require(DistinguishedName("dc=x")).isWithin(base) == false)
        #expect(base.isWithin(try #require(DistinguishedName(""))))
    }

    @Test func `of look-alikes is another`() throws {
        let (one, other) = (
            try #require(DistinguishedName("cn=caf\u{E9}")), try #require(DistinguishedName("cn=cafe\u{301}"))
        )
        #expect(one != other)
    }

    @Test(arguments: ["plain", " led by a blank", "#1", "a,b+c\"d\\e<f>g;h=i", "größe ", "\u{0}\n", "日本"])
    func `holds any value`(value: String) throws {
        let name = try #require(
            DistinguishedName("employeeNumber=\(DistinguishedName.escaped(Array(value.utf8))),dc=x"))
        #expect(name.firstValue == Array(value.utf8))
    }
}

@Suite struct `a filter` {
    @Test func `is joined to another so that both must hold`() throws {
        let more = try LDAPFilter(written: "!(objectClass=computer)", in: "filter")
        #expect(
            LDAPFilter.classes("a", "b").and(more).text
                == "(&(!(objectClass=computer))(|(objectClass=a)(objectClass=b)))")
        #expect(LDAPFilter.classes("a").and(nil).text == "(objectClass=a)")
        #expect(try LDAPFilter(written: " \n", in: "filter") == nil)
    }

    @Test func `holds any value`() {
        #expect(LDAPFilter.equal("cn", "a*b(c)\\ é\u{0}").text == "(cn=a\\2ab\\28c\\29\\5c \\c3\\a9\\00)")
    }

    @Test(arguments: ["(a=b)(c=d)", "(a=b", "(a=b))(|(c=d)", "a=b)"])
    func `that is not one whole filter is refused`(text: String) {
        let error = #expect(throws: ServiceError.self) { try LDAPFilter(written: text, in: "filter") }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("filter: ") == true)
    }
}

@Suite struct `a time of a directory` {
    @Test(arguments: [
        ("20260131235959Z", 1_769_903_999, 0), ("19700101000000Z", 0, 0),
        ("20240229120000.5Z", 1_709_208_000, 500_000_000),
        ("20240101000000,250Z", 1_704_067_200, 250_000_000), ("20240101013000+0130", 1_704_067_200, 0),
        ("20231231190000-0500", 1_704_067_200, 0), ("16010101000000Z", -11_644_473_600, 0),
    ]) func `is read`(text: String, seconds: Int64, nanos: Int32) throws {
        let time = try #require(DirectoryTime.generalized(text))
        #expect(time.seconds == seconds && time.nanos == nanos)
    }

    @Test(arguments: [
        "", "20260131", "20260132000000Z", "20230229000000Z", "20261301000000Z", "20260131246000Z", "20260131235960Z",
        "20260131235959", "20260131235959.Z", "20260131235959z", "2026013123595xZ", "20260131235959+9900", "0",
    ]) func `is not made up`(text: String) {
        #expect(DirectoryTime.generalized(text) == nil)
    }

    @Test func `counts from 1601 in Active Directory`() {
        #expect(DirectoryTime.windows("133485408000000000")?.seconds == 1_704_067_200)
        for never in ["0", "-1", "9223372036854775807", "x", ""] { #expect(DirectoryTime.windows(never) == nil) }
    }
}

@Suite struct `an address` {
    @Test(arguments: [
        ("ldap://ldap.example.com", "ldap://ldap.example.com:389"), ("ldaps://h", "ldaps://h:636"),
        ("LDAPS://h:1636/", "ldaps://h:1636"), ("ldap://[::1]:3890", "ldap://[::1]:3890"),
    ]) func `is read`(text: String, url: String) throws {
        #expect(try ServerAddress(parsing: text, in: "url").url == url)
    }

    @Test(arguments: [
        ("http://h", "unsupported scheme: http"), ("ldapi://%2ftmp", "unsupported scheme: ldapi"),
        ("h:389", "is no address"),
        ("ldap://h:port", "is no address"),
    ]) func `of something else is refused`(text: String, problem: String) {
        let error = #expect(throws: ServiceError.self) { try ServerAddress(parsing: text, in: "url") }
        #expect(error?.message.hasPrefix("url: ") == true)
        #expect(error?.message.contains(problem) == true)
    }

    @Test func `of members says where they are`() throws {
        let search = try MemberAddress(parsing: "ldap://elsewhere/ou=people,dc=x?cn?one?(title=A%20B)").search
        #expect(search.base == "ou=people,dc=x" && search.scope == .one && search.filter.text == "(title=A B)")
        let plain = try MemberAddress(parsing: "ldap:///dc=x").search
        #expect(plain.scope == .subtree && plain.filter.text == "(objectClass=*)")
        for wrong in ["http://x", "ldap:///dc=x??children?(a=b)", "ldap:///nonsense", "ldap:///dc=x??sub?(a=b)(c=d)"] {
            let error = #expect(throws: ServiceError.self) { try MemberAddress(parsing: wrong) }
            #expect(error?.code == .invalidArgument)
        }
    }
}

@Suite struct `a place in a list` {
    @Test func `is told by its token`() throws {
        let first = try ListToken(parsing: "").next(isFresh: true)
        #expect(first.begun == 1 && first.page == 1)
        let read = try ListToken(parsing: first.text)
        #expect(read.text == first.text)
        let second = try read.next(isFresh: false)
        #expect(second.begun == 1 && second.page == 2)
        let again = try second.next(isFresh: true)
        #expect(again.begun == 2 && again.page == 1)
    }

    @Test func `is given up when the list never ends`() throws {
        var place = try ListToken(parsing: "").next(isFresh: true)
        let error = #expect(throws: ServiceError.self) {
            while true { place = try place.next(isFresh: true) }
        }
        #expect(error?.code == .failedPrecondition)
        #expect(place.begun == 100)
    }

    @Test(arguments: ["x", "1.1", "1.1.", "0.1.a", "1.0.a", "1.1.0", "-1.1.a", "1.1.a.b", "1.1.\u{e9}"])
    func `is refused when it is none`(token: String) {
        let error = #expect(throws: ServiceError.self) { try ListToken(parsing: token) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `is forgotten when there are too many`() throws {
        let cursors = Cursors<Int>(limit: 2)
        let places = try (0..<3).map { _ in try ListToken(parsing: "").next(isFresh: true) }
        for (number, place) in places.enumerated() { cursors.keep(number, at: place) }
        #expect(cursors.take(places[0]) == nil)
        #expect(cursors.take(places[2]) == 2)
        #expect(cursors.take(places[2]) == nil)
    }
}

@Suite struct `a range of values` {
    @Test func `is read from the attribute's name`() throws {
        let range = try #require(RangedValues.Range(of: "member;range=0-1499"))
        #expect(range.first == 0 && range.last == 1499)
        let rest = try #require(RangedValues.Range(of: "member;Range=1500-*"))
        #expect(rest.first == 1500 && rest.last == nil)
        for other in [
            "member", "member;lang-de", "member;range=", "member;range=5-4", "member;range=-1-4", "member;range=*-*",
        ] {
            #expect(RangedValues.Range(of: other) == nil)
        }
    }
}
