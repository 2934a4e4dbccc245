import AccessModel
import Testing

@testable import SyncEngine

@Suite struct `texts that differ in case only` {
    @Test(arguments: [
        ("Mail@Example.COM", "mail@example.com"), ("ſ", "s"), ("\u{212A}", "k"), ("ς", "σ"), ("Σ", "ς"), ("µ", "μ"),
        ("ẞ", "ß"), ("Ǆ", "ǅ"), ("ǅ", "ǆ"), ("ᾼ", "ᾳ"), ("Ω", "ω"), ("\u{2126}", "ω"), ("ϴ", "θ"), ("Ა", "ა"),
        ("Ꭰ", "ꭰ"), ("Ж", "ж"), ("Å", "\u{212B}"), ("ẛ", "ṡ"), ("\u{345}", "ι"), ("𐐀", "𐐨"),
    ]) func `are equal`(one: String, other: String) {
        #expect(one.caseFolded == other.caseFolded)
    }

    @Test(arguments: [
        ("ß", "ss"), ("İ", "i"), ("İ", "I"), ("ı", "i"), ("ı", "I"), ("İ", "ı"), ("ﬁ", "fi"), ("ŉ", "ʼn"), ("é", "e"),
        ("é", "e\u{301}"), ("a", "b"), ("ǰ", "J\u{30C}"), ("[", "{"), ("@", "`"), ("", "a"),
    ]) func `are not equal when they differ otherwise`(one: String, other: String) {
        #expect(one.caseFolded != other.caseFolded)
    }
}
