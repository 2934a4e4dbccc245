import AccessModel
import Testing

@testable import FileViews

@Suite struct `a cache of records` {
    @Test func `gives back what was put in`() {
        var cache = RecordCache<Int>(limit: 1 << 20)
        for number in 0..<1000 { remember(number, in: &cache) }
        for number in 0..<1000 { #expect(value(of: "key \(number)", in: &cache) == number) }
        #expect(value(of: "key 1000", in: &cache) == nil)
    }

    @Test func `forgets what isn't asked for, and keeps what is`() {
        var cache = RecordCache<Int>(limit: 10_000)
        for number in 0..<1000 {
            remember(number, in: &cache)
            _ = value(of: "key 0", in: &cache)
        }
        #expect(value(of: "key 0", in: &cache) == 0)
        #expect(value(of: "key 999", in: &cache) == 999)
        #expect(value(of: "key 500", in: &cache) == nil)
    }

    @Test func `tells parts of a key apart`() {
        var cache = RecordCache<Int>(limit: 10_000)
        withName("ab", "c") { cache.remember(1, under: RecordKey($0), cost: 0) }
        #expect(withName("a", "bc") { cache.value(of: RecordKey($0)) } == nil)
        #expect(withName("ab", "c") { cache.value(of: RecordKey($0)) } == 1)
    }

    private func remember(_ number: Int, in cache: inout RecordCache<Int>) {
        Array("key \(number)".utf8).withUnsafeBytes { cache.remember(number, under: RecordKey($0), cost: 10) }
    }

    private func value(of key: String, in cache: inout RecordCache<Int>) -> Int? {
        Array(key.utf8).withUnsafeBytes { cache.value(of: RecordKey($0)) }
    }

    private func withName<Result>(_ type: String, _ id: String, _ body: (ResourceName) -> Result) -> Result {
        Array(type.utf8).withUnsafeBytes { type in
            Array(id.utf8).withUnsafeBytes { id in
                var name = ResourceName()
                (name.type, name.id) = (type, id)
                return body(name)
            }
        }
    }
}

@Suite struct `numbered byte strings` {
    @Test func `keep their number and their order`() {
        var strings = ByteInterner()
        for number in 0..<5000 { #expect(add("s\(number % 2500)", to: &strings).number == number % 2500) }
        #expect(strings.count == 2500)
        #expect(strings.withString(1234) { String(decoding: $0, as: UTF8.self) } == "s1234")
    }

    @Test func `differ when their bytes do`() {
        var strings = ByteInterner()
        #expect(add("é", to: &strings).isNew)
        #expect(add("e\u{301}", to: &strings).isNew)
        #expect(add("", to: &strings).isNew)
        #expect(!add("é", to: &strings).isNew)
    }

    private func add(_ text: String, to strings: inout ByteInterner) -> (number: Int, isNew: Bool) {
        Array(text.utf8).withUnsafeBytes { strings.add($0) }
    }
}
