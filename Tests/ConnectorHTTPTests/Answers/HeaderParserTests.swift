import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorHTTP

@Suite struct `a Link field` {
    @Test(arguments: [
        (#"<https://a/x?after=1>; rel="next""#, "https://a/x?after=1"),
        (#"<https://a/x>; rel="self", <https://a/y>; rel="next""#, "https://a/y"),
        ("<https://a/x>;rel=next", "https://a/x"),
        (#"<https://a/x,y;z>; title="a, b; c\"<d>"; REL = "prev NEXT""#, "https://a/x,y;z"),
        (#"<https://a/x>; broken=(; rel="self", <https://a/y>; rel="next""#, "https://a/y"),
        ("<?page=2>; rel=next", "?page=2"),
        (#"<https://a/x>; rel="nextish""#, nil), ("<https://a/x>", nil), ("https://a/x; rel=next", nil),
        ("<https://a/x; rel=next", nil), ("", nil), (",,,", nil), ("<>; rel=next", ""),
    ])
    func `leads to the next page`(value: String, expected: String?) {
        #expect(LinkHeader.target("next", in: [value]) == expected)
    }

    @Test func `may come twice`() {
        #expect(LinkHeader.target("next", in: ["<a>; rel=self", "<b>; rel=next"]) == "b")
    }
}

@Suite struct `a WWW-Authenticate field` {
    @Test(arguments: [
        (
            #"DPoP error="use_dpop_nonce", error_description="a, b""#,
            ["DPoP error=use_dpop_nonce error_description=a, b"]
        ),
        (
            #"Bearer realm="x", DPoP algs="ES256", error=use_dpop_nonce"#,
            ["Bearer realm=x", "DPoP algs=ES256 error=use_dpop_nonce"]
        ),
        ("Negotiate YWJjZA==, Basic realm=\"\\\"q\\\"\"", ["Negotiate", "Basic realm=\"q\""]),
        ("Basic", ["Basic"]), ("", []), ("=,=", []), ("Bearer realm=\"unfinished", ["Bearer"]),
    ])
    func `is a list of challenges`(value: String, expected: [String]) {
        let found = AuthenticateHeader.challenges(in: [value]).map { challenge in
            ([challenge.scheme] + challenge.parameters.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        }
        #expect(found == expected)
    }
}

@Suite struct `a date` {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("1994-11-06T08:49:37Z", 784_111_777),
        ("1994-11-06T10:49:37.5+02:00", 784_111_777.5), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_199),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 01 Jan 1969 00:00:00 UTC", -31_536_000),
        // It is January 15th, 2027: a year of two digits is no more than fifty years ahead.
        ("Tuesday, 01-Jan-69 00:00:00 UTC", 3_124_224_000), ("Friday, 15-Jan-77 08:00:00 GMT", 3_377_923_200),
        ("Monday, 17-Jan-77 08:00:00 GMT", 222_336_000), ("Tuesday, 29-Feb-00 00:00:00 GMT", 951_782_400),
    ])
    func `is read in each form HTTP has`(text: String, seconds: Double) {
        #expect(HTTPDate.parse(text, now: ManualClock.start)?.timeIntervalSince1970 == seconds)
    }

    @Test func `is what another program wrote, in each form`() throws {
        let forms = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        var generator = `foreign text`.Generator(state: 5)
        for _ in 0..<500 {
            // Between 1977 and 2077, so that two digits are enough.
            let seconds = time_t(Int.random(in: 230_000_000...3_370_000_000, using: &generator))
            for form in forms {
                let text = try #require(written(seconds, form))
                #expect(
                    HTTPDate.parse(text, now: ManualClock.start)?.timeIntervalSince1970 == Double(seconds), "\(text)")
            }
        }
    }

    private func written(_ seconds: time_t, _ form: String) -> String? {
        var (seconds, parts) = (seconds, tm())
        guard gmtime_r(&seconds, &parts) != nil else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, form, &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test(arguments: [
        "", "tomorrow", "Sun, 31 Feb 1994 08:49:37 GMT", "Thu, 29 Feb 2023 00:00:00 GMT", "1994-13-06T08:49:37Z",
        "1994-11-06T24:49:37Z", "1994-11-06T08:49:37", "1994-11-06", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.Z", "1994-11-06T08:49:37+0100",
    ])
    func `that is none is not guessed at`(text: String) {
        #expect(HTTPDate.parse(text, now: ManualClock.start) == nil)
    }
}

@Suite struct `foreign text` {
    /// Small, fixed and repeatable: a seed that fails can be looked at again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let seeds = [
        #"<https://a/x?after=1>; rel="next", <b>; rel=self"#, #"DPoP error="use_dpop_nonce", Bearer realm=x"#,
        "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T10:49:37.5+02:00", "100, 100;w=60", "1800000300123",
        "https://user@[::1]:80/a/b?c=d%20e#f", "99999999999999999999", "%%%2", "\u{0}\u{7f}é\u{2028}🧸",
        #"{"message":["a",{"error":{"detail":"x"}}]}"#, "max-age=3600, no-store",
    ]

    @Test(arguments: 1...20)
    func `never stops a reader of it`(seed: Int) {
        var generator = Generator(state: UInt64(seed))
        for _ in 0..<500 {
            var bytes = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                default: bytes += Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = LinkHeader.target("next", in: [text])
            _ = AuthenticateHeader.challenges(in: [text])
            _ = HTTPDate.parse(text, now: ManualClock.start)
            if let reset = RateLimitHeaders.reset(text, now: ManualClock.start) {
                #expect(reset.timestamp.seconds <= 253_402_300_799)
            }
            _ = RateLimitHeaders.leadingNumber(text)
            _ = CacheDirectives([text])
            _ = ApplicationText.of(Data(bytes))
            #expect(OneLine.text(text, limit: 20).unicodeScalars.count <= 21)
            guard let address = WebAddress(parsing: text) else { continue }
            // What was understood is understood in the same way again.
            #expect(WebAddress(parsing: address.text) == address)
            #expect(address.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }
}
