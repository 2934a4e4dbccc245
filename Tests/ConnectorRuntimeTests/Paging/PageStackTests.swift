import AccessModel
import ConnectorKit
import Testing

@Suite struct `a stack of pages` {
    @Test func `writes the ecosystem's tokens, byte for byte`() throws {
        var stack = PageStack()
        #expect(stack.token == "")
        stack.push(.init(type: "user"))
        #expect(stack.token == #"{"states":null,"current_state":{"type":"user"}}"#)
        #expect(try stack.next("p2") == #"{"states":null,"current_state":{"token":"p2","type":"user"}}"#)
        stack.push(.init(type: "group", id: "g1"))
        #expect(
            stack.token
                == #"{"states":[{"token":"p2","type":"user"}],"current_state":{"type":"group","id":"g1"}}"#)
        #expect(
            try stack.next("x")
                == #"{"states":[{"token":"p2","type":"user"}],"current_state":{"token":"x","type":"group","id":"g1"}}"#)
        #expect(try stack.next("") == #"{"states":[],"current_state":{"token":"p2","type":"user"}}"#)
        #expect(stack.current == .init(type: "user", token: "p2"))
        #expect(try stack.next(nil) == "")
        #expect(stack.current == nil)
        #expect(throws: ServiceError.self) { try stack.next("y") }
    }

    @Test(arguments: [
        "", #"{"states":null,"current_state":{}}"#, #"{"states":[],"current_state":{"token":"p2","type":"user"}}"#,
        #"{"states":[{"token":"a"},{"id":"b"}],"current_state":{"token":"c"}}"#,
    ])
    func `is what its token says`(token: String) throws {
        #expect(try PageStack(token: token).token == token)
    }

    @Test func `escapes as Go does`() throws {
        var stack = PageStack()
        let text = "https://x/?a=1&b=<é>\u{2028}\u{2029}\"\\\n\t\r\u{8}\u{C}\u{1}\u{7F}/"
        stack.push(.init(token: text))
        #expect(
            stack.token
                == #"{"states":null,"current_state":{"token":"https://x/?a=1\u0026b=\u003cé\u003e\u2028\u2029\"\\\n\t\r\b\f\u0001"#
                + "\u{7F}/\"}}")
        #expect(try PageStack(token: stack.token).current?.token.hasSameBytes(as: text) == true)
    }

    @Test func `reads members of other kinds as absent, as Go's zero values`() throws {
        #expect(try PageStack(token: #"{"current_state":null}"#).current == nil)
        #expect(try PageStack(token: #"{"current_state":{"token":"a","x":1}}"#).current == .init(token: "a"))
    }

    @Test(arguments: ["x", "[]", "{", "\"\"", #"{"states":[1]"#]) func `fails on what is none`(token: String) {
        let error = #expect(throws: ServiceError.self) { try PageStack(token: token) }
        #expect(error?.message.hasPrefix("page token corrupt: ") == true)
    }

    @Test func `lists the members of all groups page by page`() throws {
        let members = ["g1": ["a", "b", "c"], "g2": [], "g3": ["d"]]
        var seen: [String] = []
        var token = ""
        repeat {
            var stack = try PageStack(token: token)
            if stack.current == nil {
                for group in members.keys.sorted().reversed() { stack.push(.init(type: "group", id: group)) }
                token = stack.token
                continue
            }
            let state = try #require(stack.current)
            let place = Int(state.token) ?? 0
            let rows = members[state.id] ?? []
            if place < rows.count { seen.append(rows[place]) }
            token = try stack.next(place + 1 < rows.count ? String(place + 1) : nil)
        } while !token.isEmpty
        #expect(seen == ["a", "b", "c", "d"])
    }
}
