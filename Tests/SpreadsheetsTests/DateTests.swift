import Testing

@testable import Spreadsheets

@Suite struct `a last login` {
    private static let evening: Int64 = 1_709_611_506  // 2024-03-05 04:05:06
    private static let midnight: Int64 = 1_709_596_800

    @Test(arguments: [
        ("2024-03-05 04:05:06", evening), ("2024-03-05 04:05:06.123", evening), ("2024-03-05 04:05:06.123456", evening),
        ("2024-03-05 04:05:06.123456789", evening), ("2024-03-05T04:05:06Z", evening),
        ("2024-03-05T04:05:06.000Z", evening),
        ("2024-03-05T04:05:06.000-07:00", evening + 25_200), ("2024-03-05T04:05:06+05:30", evening - 19_800),
        ("2024-03-05T04:05:06", evening), ("2024-03-05", midnight), ("03/05/2024 04:05:06", evening),
        ("03/05/2024", midnight), ("3/5/2024", midnight), ("03/05/2024 4:05:06", evening),
        ("Mar 05, 2024 04:05:06", evening),
        ("mar 5, 2024", midnight), ("05-MAR-2024 04:05:06", evening), ("05-Mar-2024 04:05:06", evening),
        ("05-MAR-24 04:05:06", evening), ("05-Mar-24 04:05:06", evening), ("05-03-2024", midnight),
        ("05-03-24", midnight),
        ("March 05, 2024 04:05:06", evening), ("2024-03-05-04.05.06.000000", evening), ("  2024-03-05\t", midnight),
        ("01-Jan-69 00:00:00", -31_536_000), ("01-Jan-68 00:00:00", 3_092_601_600), ("1970-01-01", 0),
        ("1969-12-31 23:59:59", -1), ("0001-01-01", -62_135_596_800), ("9999-12-31 23:59:59", 253_402_300_799),
        ("2024-02-29", 1_709_164_800), ("2000-02-29", 951_782_400), ("May 31, 2024", 1_717_113_600),
    ]) func `is read`(text: String, seconds: Int64) {
        #expect(DateText.seconds(Array(text.utf8)[...], order: .monthFirst) == seconds)
    }

    @Test(arguments: [
        "", "never", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31",
        "2024-03-05 24:00:00",
        "2024-03-05 04:60:00", "2024-03-05 04:05:60", "2024-03-05 04:05", "2024-03-05T04:05:06X",
        "2024-03-05T04:05:06+24:00",
        "2024-03-05T04:05:06+0530", "2024-03-05 ", "2024-03-05 04:05:06.", "2024-03-05 04:05:06.1234567890",
        "13/05/2024",
        "03/05/24", "20240305", "0000-01-01", "Mars 05, 2024", "05-Xyz-2024", "05-03-024", "5-3-2024", "Mar 05 2024",
        "2024-03-05x", "03/05/2024 04:05:06 PM", "2024-3-5", "45000", "-1", "2024-03-05-04.05.06.000000Z", "ü",
        "1/1/1/1",
        "99999999999999999999", "2024-03-05 04:05:06 Z",
    ]) func `is no date`(text: String) {
        let expected: Int64? = text.hasSuffix(" ") ? Self.midnight : nil
        #expect(DateText.seconds(Array(text.utf8)[...], order: .monthFirst) == expected)
    }

    @Test func `may have its day first`() {
        #expect(DateText.seconds(Array("03/05/2024".utf8)[...], order: .dayFirst) == 1_714_694_400)
        #expect(DateText.seconds(Array("13/05/2024 00:00:01".utf8)[...], order: .dayFirst) == 1_715_558_401)
        #expect(DateText.seconds(Array("05/13/2024".utf8)[...], order: .dayFirst) == nil)
    }

    @Test func `comes through every day of four centuries`() {
        var last: Int64 = -11_676_096_000 - 86_400
        for year in 1600...2000 {
            for month in 1...12 {
                for day in 1...31 {
                    var stamp = TimeStamp()
                    (stamp.year, stamp.month, stamp.day) = (year, month, day)
                    guard let seconds = stamp.seconds else { continue }
                    #expect(seconds == last + 86_400)
                    #expect(TimeStamp(milliseconds: Int(seconds) * 1000).dayText == stamp.dayText)
                    last = seconds
                }
            }
        }
        #expect(last == 978_220_800)
    }
}

@Suite struct `the order of dates in a column` {
    @Test(
        arguments: [
            (["03/05/2024"], DateOrder.monthFirst, false), (["03/05/2024", "13/05/2024"], .dayFirst, true),
            (["03/05/2024", "05/13/2024"], .monthFirst, true), (["13/05/2024", "05/13/2024"], .dayFirst, false),
            (["2024-13-05", ""], .monthFirst, true), ([], .monthFirst, true),
            (["1/2/2024 10:00:00", "31/1/2024 10:00:00"], .dayFirst, true),
        ] as [([String], DateOrder, Bool)]) func `is the same for all`(
            values: [String], order: DateOrder, isCertain: Bool
        ) throws
    {
        let rows = values.map { "u,\($0)\n" }.joined()
        let sheet = try Spreadsheet.csv("User ID,Last Login\n\(rows)")
        let finding = try DateOrderFinding.scan(sheet, column: 1)
        #expect(finding.order == order)
        #expect(finding.isCertain == isCertain)
        #expect(try sheet.allRows().count == values.count + 1)
    }
}
