import Testing

@testable import WireForm

@Suite struct `a JSON text` {
    private func text(_ json: String) throws -> String { try JSONValue(parsing: Array(json.utf8)).text }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "0.5", "-0.5", "1e5", "1E5", "1e+5", "1e-5", "1.25e10",
        "1e999",
        "123456789012345678901234567890", "0e0", "[]", "{}", "[[]]", "[1,2]", #"{"a":1}"#, #"{"a":{"b":[null]}}"#,
        #""""#,
        #""a""#, #"{"":""}"#, #"{"a":1,"a":2}"#,
    ]) func `is printed as it was`(json: String) throws {
        #expect(try text(json) == json)
    }

    @Test(arguments: [
        (" \t\r\n[ 1 , 2 ] ", "[1,2]"), ("{ \"a\" : 1 }", "{\"a\":1}"), (#""\u0041""#, "\"A\""), (#""\/""#, "\"/\""),
        (#""\b\f\n\r\t\"\\""#, #""\b\f\n\r\t\"\\""#), (#""\u0000\u001f""#, #""\u0000\u001f""#),
        (#""\u007f""#, "\"\u{7F}\""),
        (#""\u00e9""#, "\"\u{E9}\""), (#""\uD83D\ude00""#, "\"😀\""), (#""\u2028""#, "\"\u{2028}\""),
        (#""<>&""#, "\"<>&\""),
        // Half a pair is no character; what follows is.
        (#""\ud83d""#, "\"\u{FFFD}\""), (#""\ude00""#, "\"\u{FFFD}\""), (#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
        (#""\ud83d\ud83d\ude00""#, "\"\u{FFFD}😀\""), (#""\ud83dx""#, "\"\u{FFFD}x\""),
        (#""\ud83d\n""#, #""\#u{FFFD}\n""#),
    ]) func `is read by the rules`(json: String, printed: String) throws {
        #expect(try Array(text(json).utf8) == Array(printed.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "01", "-01", "00", "1.", ".5", "-.5", "-", "+1", "1e", "1e+", "1.e5", "0x10",
        "1 2",
        "NaN", "Infinity", "-Infinity", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{'a':1}", "'a'", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u\"",
        "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\u-123\"", "\"\\u 123\"", "\"\n\"", "\"\u{1}\"", "\u{FEFF}1",
        "1\u{A0}",
        "//x\n1", "\"\\ud83d\\u12\"", "true false", "{}{}", "１",
    ]) func `that breaks the rules is refused`(json: String) {
        #expect(throws: WireError.self) { try text(json) }
    }

    @Test func `nests a hundred deep and no deeper`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            }
            #expect(try text(nested(99)) == nested(99))
            #expect(throws: WireError.self) { try text(nested(100)) }
            #expect(throws: WireError.self) { try text(String(repeating: open, count: 1_000_000)) }
        }
    }

    @Test func `has members found by their bytes, the last of several`() throws {
        let json = try JSONValue(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2,\"a\":3,\"a\":4}".utf8))
        #expect(json["\u{E9}"]?.integer == 1)
        #expect(json["e\u{301}"]?.integer == 2)
        #expect(json["a"]?.integer == 4)
        #expect(json["b"] == nil)
        #expect(json.members.count == 4)
        #expect(json.elements.isEmpty && json.string == nil && json.integer == nil && !json.isTrue)
    }

    @Test func `has whole numbers of 64 bits`() throws {
        let json = try JSONValue(
            parsing: Array("[9223372036854775807,-9223372036854775808,9223372036854775808,1.0,1e2]".utf8))
        #expect(json.elements.map(\.integer) == [.max, .min, nil, nil, nil])
    }

    @Test func `with bytes that are no text has them replaced`() throws {
        let json = try JSONValue(parsing: [0x22, 0x61, 0xFF, 0xC3, 0x22])
        #expect(json.string == "a\u{FFFD}\u{FFFD}")
    }
}
