import Testing
import WireForm

@Suite struct `a time as text` {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2025-01-01T17:45:30.123456Z", 1_735_753_530),
        ("2024-02-29T23:59:59.9Z", 1_709_251_199),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
    ])
    func `is read`(text: String, seconds: Int64) {
        #expect(CivilTime(rfc3339: text)?.unixSeconds == seconds)
    }

    @Test(arguments: [
        "", "2025-01-01", "2025-01-01T17:45:30", "2025-01-01T17:45:30.Z", "2025-01-01T17:45:30,5Z",
        "2025-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z", "2025-01-01T24:00:00Z", "+025-01-01T00:00:00Z", "2025-01-01 17:45:30Z",
        "2025-01-01T17:45:30+00:00",
        "2025-01-0aT00:00:00Z", "2025-01-01T17:45:30.x1Z",
    ])
    func `is nothing else`(text: String) {
        #expect(CivilTime(rfc3339: text) == nil)
    }
}
