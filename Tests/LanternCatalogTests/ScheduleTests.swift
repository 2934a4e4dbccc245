import AccessModel
import SeededNumbers
import Testing
import WireForm

@testable import LanternCatalog

@Suite struct `a schedule` {
    /// Seconds since 1970.
    private func time(_ text: String) throws -> Int64 {
        try #require(CivilTime(rfc3339: text), "\(text)").unixSeconds
    }

    private func shown(_ time: Int64) -> String {
        CivilTime(unixSeconds: time)?.rfc3339() ?? "\(time)"
    }

    /// The times at which it comes, one after the other.
    private func times(of text: String, after start: String, count: Int = 1, anchor: Int64 = 0) throws -> [String] {
        let schedule = try Schedule(text)
        var time = try time(start)
        return (0..<count).map { _ in
            time = schedule.next(after: time, anchor: anchor)
            return shown(time)
        }
    }

    // MARK: - Texts

    @Test(arguments: [
        ("", "60m", "every hour"),
        (" \t\n", "60m", "every hour"),
        ("60m", "60m", "every hour"),
        ("15m", "15m", "every 15 minutes"),
        ("5 min", "5m", "every 5 minutes"),
        ("90 minutes", "90m", "every 90 minutes"),
        ("1h30m", "90m", "every 90 minutes"),
        (" 1 Hour 30 mins ", "90m", "every 90 minutes"),
        ("2h", "120m", "every 2 hours"),
        ("024 HRS", "1440m", "every day"),
        ("1d", "1440m", "every day"),
        ("0d 23h 59m", "1439m", "every 1439 minutes"),
        ("0 6 * * 1-5", "0 6 * * 1-5", "at 0 6 * * 1-5 (UTC)"),
        ("TZ=Europe/Berlin 0 6 * * 1-5", "TZ=Europe/Berlin 0 6 * * 1-5", "at 0 6 * * 1-5 (Europe/Berlin)"),
        ("CRON_TZ=US/Eastern\t0  6 * * mon-FRI", "TZ=US/Eastern 0 6 * * 1-5", "at 0 6 * * 1-5 (US/Eastern)"),
        ("TZ=utc 00 06,018 01 * *", "0 6,18 1 * *", "at 0 6,18 1 * * (UTC)"),
        ("*/015 0-9/3 5/10 Jan,jul-DEC/2 7", "*/15 0-9/3 5/10 1,7-12/2 0", "at */15 0-9/3 5/10 1,7-12/2 0 (UTC)"),
        ("0 0 * * fri-sun,sun-mon", "0 0 * * 5-7,0-1", "at 0 0 * * 5-7,0-1 (UTC)"),
        ("@hourly", "0 * * * *", "at 0 * * * * (UTC)"),
        ("@Daily", "0 0 * * *", "at 0 0 * * * (UTC)"),
        ("@midnight", "0 0 * * *", "at 0 0 * * * (UTC)"),
        ("TZ=Asia/Kolkata @weekly", "TZ=Asia/Kolkata 0 0 * * 0", "at 0 0 * * 0 (Asia/Kolkata)"),
    ])
    func `is read as people write it`(written: String, stored: String, description: String) throws {
        let schedule = try Schedule(written)
        #expect(schedule.text == stored)
        #expect(schedule.description == description)
        #expect(try Schedule(stored) == schedule)
        #expect(try Schedule(stored).text == stored)
    }

    @Test func `is hourly when nothing was written`() throws {
        #expect(try Schedule("") == .hourly)
        #expect(try Schedule("1h") == .hourly)
        #expect(try Schedule("61m") != .hourly)
        // It comes on the hour, which hourly doesn't.
        #expect(try Schedule("@hourly") != .hourly)
    }

    private static let interval = "Write it like 15m, 2h or 1h30m."
    private static let either =
        "Write 15m, 2h or 1h30m; or minute, hour, day of month, month and day of week, as in 0 6 * * 1-5."
    private static let minute = "Write * or numbers from 0 to 59, as in 0,30 or */15."
    private static let hour = "Write * or numbers from 0 to 23, as in 6,18 or 8-17."

    @Test(arguments: [
        ("4m", "\"4m\" is outside 5 minutes to 24 hours. \(interval)"),
        ("0h", "\"0h\" is outside 5 minutes to 24 hours. \(interval)"),
        ("1d1m", "\"1d1m\" is outside 5 minutes to 24 hours. \(interval)"),
        ("99999999999999999999h", "\"99999999999999999999h\" is outside 5 minutes to 24 hours. \(interval)"),
        ("30m1h", "\"30m1h\" is no interval. Write 15m, 2h, 1h30m or 1d."),
        ("1h 1h", "\"1h 1h\" is no interval. Write 15m, 2h, 1h30m or 1d."),
        ("30s", "\"30s\" is no interval. Write 15m, 2h, 1h30m or 1d."),
        ("60", "\"60\" is neither an interval nor five fields of cron. \(either)"),
        ("1.5h", "\"1.5h\" is neither an interval nor five fields of cron. \(either)"),
        ("-15m", "\"-15m\" is neither an interval nor five fields of cron. \(either)"),
        ("1٥m", "\"1٥m\" is neither an interval nor five fields of cron. \(either)"),
        ("0 6 * *", "\"0 6 * *\" is neither an interval nor five fields of cron. \(either)"),
        ("0 0 6 * * *", "\"0 0 6 * * *\" is neither an interval nor five fields of cron. \(either)"),
        (
            "TZ=Europe/Berlin 15m",
            "\"15m\" is not five fields of cron. "
                + "Write minute, hour, day of month, month and day of week, as in 0 6 * * 1-5."
        ),
        ("@reboot", "\"@reboot\" is unknown. Write @hourly, @daily or @weekly."),
        ("TZ=Mars/Olympus 0 6 * * *", "\"Mars/Olympus\" is no time zone. Write UTC, or one like Europe/Berlin."),
        ("TZ=BST 0 6 * * *", "\"BST\" is no time zone. Write UTC, or one like Europe/Berlin."),
        ("TZ=../etc/passwd 0 6 * * *", "\"../etc/passwd\" is no time zone. Write UTC, or one like Europe/Berlin."),
        ("TZ= 0 6 * * *", "\"\" is no time zone. Write UTC, or one like Europe/Berlin."),
        ("60 6 * * *", "\"60\" is no minute. \(minute)"),
        ("٠ 6 * * *", "\"٠\" is no minute. \(minute)"),
        ("+1 6 * * *", "\"+1\" is no minute. \(minute)"),
        ("-1 6 * * *", "\"-1\" is no minute. \(minute)"),
        ("99999999999999999999 6 * * *", "\"99999999999999999999\" is no minute. \(minute)"),
        ("*/0 6 * * *", "\"*/0\" is no minute. \(minute)"),
        ("*/90 6 * * *", "\"*/90\" is no minute. \(minute)"),
        ("*/99999999999999999999 6 * * *", "\"*/99999999999999999999\" is no minute. \(minute)"),
        ("0 24 * * *", "\"24\" is no hour. \(hour)"),
        ("0 5-1 * * *", "\"5-1\" is no hour. \(hour)"),
        ("0 1- * * *", "\"1-\" is no hour. \(hour)"),
        ("0 1-2-3 * * *", "\"1-2-3\" is no hour. \(hour)"),
        ("0 */2/3 * * *", "\"*/2/3\" is no hour. \(hour)"),
        ("0 8/ * * *", "\"8/\" is no hour. \(hour)"),
        ("0 *-8 * * *", "\"*-8\" is no hour. \(hour)"),
        ("0 1,,2 * * *", "\"1,,2\" is no hour. \(hour)"),
        ("0 , * * *", "\",\" is no hour. \(hour)"),
        ("0 6 0 * *", "\"0\" is no day of month. Write * or numbers from 1 to 31, as in 1,15 or 1-7."),
        ("0 6 ? * *", "\"?\" is no day of month. Write * or numbers from 1 to 31, as in 1,15 or 1-7."),
        ("0 6 * 13 *", "\"13\" is no month. Write * or numbers from 1 to 12, as in 1,7 or jan-mar."),
        ("0 6 * mon *", "\"mon\" is no month. Write * or numbers from 1 to 12, as in 1,7 or jan-mar."),
        ("0 6 * * 8", "\"8\" is no day of week. Write * or numbers from 0 to 7, as in 1-5 or sat,sun."),
        ("0 6 * * 5-0", "\"5-0\" is no day of week. Write * or numbers from 0 to 7, as in 1-5 or sat,sun."),
        ("0 6 * * */8", "\"*/8\" is no day of week. Write * or numbers from 0 to 7, as in 1-5 or sat,sun."),
        ("60\u{1B}[2J\u{202E} 6 * * *", "\"60\u{FFFD}[2J\u{FFFD}\" is no minute. \(minute)"),
    ])
    func `is refused with what is wrong and how to write it`(text: String, message: String) {
        let error = #expect(throws: CatalogError.self) { try Schedule(text) }
        #expect(error?.statusCode == .invalidArgument)
        #expect(error?.description == "schedule: \(message)")
    }

    @Test func `is refused when it is too long, whatever it says`() throws {
        let hours = (0..<200).map { "\($0 % 10)" }.joined(separator: ",")
        #expect(try Schedule("0 \(hours) * * *").text == "0 \(hours) * * *")
        let error = #expect(throws: CatalogError.self) { try Schedule("0 \(hours + hours) * * *") }
        #expect(error?.description == "schedule: is longer than 500 bytes. Write it shorter, with ranges and steps.")
        let long = String(repeating: "ab", count: 100)
        let cut = #expect(throws: CatalogError.self) { try Schedule("\(long) * * * *") }
        #expect(cut?.description.hasPrefix("schedule: \"\(long.prefix(60))…\" is no minute. ") == true)
    }

    @Test(arguments: [
        "* * * * *", "*/4 * * * *", "0,3 6 * * *", "0-20/4 6 * * *", "*/7 * * * *", "0,56 22,23 * * *",
        "0,56 0,23 * * *",
    ])
    func `may not come more often than every 5 minutes`(fields: String) {
        let error = #expect(throws: CatalogError.self) { try Schedule(fields) }
        #expect(
            error?.description
                == "schedule: \"\(fields)\" comes more often than every 5 minutes. Write minutes further apart, as in */15."
        )
    }

    @Test(arguments: ["*/5 * * * *", "0,55 * * * *", "*/7 6 * * *", "0,56 6,8 * * *"])
    func `may come every 5 minutes`(fields: String) throws {
        #expect(try Schedule(fields).text == fields)
    }

    @Test(arguments: ["0 0 31 2 *", "0 0 30,31 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2-4/2 */2"])
    func `may not be one that never comes`(fields: String) {
        let error = #expect(throws: CatalogError.self) { try Schedule(fields) }
        #expect(error?.description == "schedule: \"\(fields)\" never comes. Write days that the months have.")
    }

    // MARK: - Intervals

    @Test(arguments: [
        (1000, 1000, 4600), (1000, 999, 1000), (1000, 4599, 4600), (1000, 4600, 8200), (1000, 0, 1000),
        (10_000, 0, 2800),
        (10_000, 2800, 6400), (-1000, 0, 2600), (1_700_000_123, 1_732_000_000, 1_732_000_523),
    ])
    func `of an interval counts from when the data source was made`(anchor: Int64, time: Int64, next: Int64) {
        #expect(Schedule.hourly.next(after: time, anchor: anchor) == next)
    }

    @Test func `of an interval comes that often, also through a change of the clock`() throws {
        #expect(
            try times(of: "90m", after: "2024-03-30T23:00:00Z", count: 3, anchor: time("2024-01-01T00:10:00Z")) == [
                "2024-03-31T00:10:00Z", "2024-03-31T01:40:00Z", "2024-03-31T03:10:00Z",
            ])
        #expect(
            try times(of: "1d", after: "2024-02-28T12:00:00Z", count: 2) == [
                "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z",
            ])
    }

    // MARK: - Cron

    @Test(arguments: [
        // A Friday, and the Monday after it.
        ("0 6 * * 1-5", "2024-05-31T05:59:59Z", ["2024-05-31T06:00:00Z", "2024-06-03T06:00:00Z"]),
        ("*/15 * * * *", "2023-12-31T23:30:00Z", ["2023-12-31T23:45:00Z", "2024-01-01T00:00:00Z"]),
        ("30 23 31 12 *", "2023-12-31T23:29:59Z", ["2023-12-31T23:30:00Z", "2024-12-31T23:30:00Z"]),
        ("0 0 31 * *", "2024-03-30T00:00:00Z", ["2024-03-31T00:00:00Z", "2024-05-31T00:00:00Z"]),
        ("0 0 29 2 *", "2024-02-28T00:00:00Z", ["2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"]),
        // 2100 has no leap day.
        ("0 0 29 2 *", "2096-02-28T00:00:00Z", ["2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"]),
        // Leap days that are Sundays.
        ("0 0 29 2 */7", "2004-02-28T00:00:00Z", ["2004-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
        ("0 0 29 2 */7", "2088-02-29T00:00:00Z", ["2128-02-29T00:00:00Z"]),
        ("5-20/5 1-10/3 * * *", "2024-01-01T01:15:00Z", ["2024-01-01T01:20:00Z", "2024-01-01T04:05:00Z"]),
        ("5-20/5 1-10/3 * * *", "2024-01-01T10:20:00Z", ["2024-01-02T01:05:00Z"]),
        (
            "50,5/20 0 * * *", "2024-01-01T00:25:00Z",
            ["2024-01-01T00:45:00Z", "2024-01-01T00:50:00Z", "2024-01-02T00:05:00Z"]
        ),
        ("0 22,6 * * *", "2024-01-01T06:00:00Z", ["2024-01-01T22:00:00Z", "2024-01-02T06:00:00Z"]),
        (
            "0 0 1 jan-may/2 *", "2024-01-01T00:00:00Z",
            ["2024-03-01T00:00:00Z", "2024-05-01T00:00:00Z", "2025-01-01T00:00:00Z"]
        ),
        ("0 0 25/3 2 *", "2023-02-25T00:00:00Z", ["2023-02-28T00:00:00Z", "2024-02-25T00:00:00Z"]),
        ("0 0 * * sun", "2024-05-27T00:00:00Z", ["2024-06-02T00:00:00Z", "2024-06-09T00:00:00Z"]),
        ("0 0 * * 0", "2024-05-27T00:00:00Z", ["2024-06-02T00:00:00Z", "2024-06-09T00:00:00Z"]),
        ("0 0 * * 7", "2024-05-27T00:00:00Z", ["2024-06-02T00:00:00Z", "2024-06-09T00:00:00Z"]),
        (
            "0 0 * * Fri-Sun", "2024-05-31T00:00:00Z",
            ["2024-06-01T00:00:00Z", "2024-06-02T00:00:00Z", "2024-06-07T00:00:00Z"]
        ),
        ("0 0 * * 3/2", "2024-05-29T00:00:00Z", ["2024-05-31T00:00:00Z", "2024-06-05T00:00:00Z"]),
        (
            "0 0 * * */3", "2024-06-02T00:00:00Z",
            ["2024-06-05T00:00:00Z", "2024-06-08T00:00:00Z", "2024-06-09T00:00:00Z"]
        ),
        ("@hourly", "2024-01-01T00:59:59Z", ["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"]),
        ("@daily", "2024-02-28T00:00:00Z", ["2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"]),
        ("@weekly", "2024-06-02T00:00:00Z", ["2024-06-09T00:00:00Z", "2024-06-16T00:00:00Z"]),
    ])
    func `of cron comes at the minutes that its fields name`(text: String, start: String, expected: [String]) throws {
        #expect(try times(of: text, after: start, count: expected.count) == expected)
    }

    @Test(arguments: [
        // The 13th, and Fridays.
        ("0 0 13 * fri", ["2024-09-06T00:00:00Z", "2024-09-13T00:00:00Z", "2024-09-20T00:00:00Z"]),
        (
            "0 0 1-3,10 * 0",
            ["2024-09-02T00:00:00Z", "2024-09-03T00:00:00Z", "2024-09-08T00:00:00Z", "2024-09-10T00:00:00Z"]
        ),
        // Even in a month without the day.
        ("0 0 31 9 mon", ["2024-09-02T00:00:00Z", "2024-09-09T00:00:00Z"]),
        // Mondays with an odd date.
        ("0 0 */2 * mon", ["2024-09-09T00:00:00Z", "2024-09-23T00:00:00Z", "2024-10-07T00:00:00Z"]),
        // A 13th that is a Sunday or a Friday.
        ("0 0 13 * */5", ["2024-09-13T00:00:00Z", "2024-10-13T00:00:00Z", "2024-12-13T00:00:00Z"]),
    ])
    func `of cron takes either day when both are restricted, and both when one begins with a star`(
        text: String, expected: [String]
    ) throws {
        #expect(try times(of: text, after: "2024-09-01T00:00:00Z", count: expected.count) == expected)
    }

    // MARK: - Time zones

    @Test(arguments: [
        // At 01:00Z on 31 March 2024 clocks go from 02:00 to 03:00.
        (
            "TZ=Europe/Berlin 30 2 * * *", "2024-03-29T12:00:00Z",
            ["2024-03-30T01:30:00Z", "2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"]
        ),
        (
            "TZ=Europe/Berlin */20 2 * * *", "2024-03-30T01:40:00Z",
            ["2024-03-31T01:00:00Z", "2024-04-01T00:00:00Z", "2024-04-01T00:20:00Z"]
        ),
        (
            "TZ=Europe/Berlin 0 * * * *", "2024-03-30T23:00:00Z",
            ["2024-03-31T00:00:00Z", "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"]
        ),
        // At 07:00Z on 10 March 2024.
        (
            "TZ=America/New_York 30 2 * * *", "2024-03-09T00:00:00Z",
            ["2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"]
        ),
        // From midnight to one, at 22:00Z on 30 March 2024.
        (
            "TZ=Asia/Beirut 0 0 * * *", "2024-03-29T12:00:00Z",
            ["2024-03-29T22:00:00Z", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z"]
        ),
        // A whole day, 30 December 2011.
        ("TZ=Pacific/Apia 0 12 30 12 *", "2011-12-01T00:00:00Z", ["2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z"]),
    ])
    func `comes when the clock has changed if the change skips its time`(
        text: String, start: String, expected: [String]
    ) throws {
        #expect(try times(of: text, after: start, count: expected.count) == expected)
    }

    @Test(arguments: [
        // At 01:00Z on 27 October 2024 clocks go from 03:00 to 02:00.
        (
            "TZ=Europe/Berlin 30 2 * * *", "2024-10-26T12:00:00Z",
            ["2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"]
        ),
        (
            "TZ=Europe/Berlin */30 * * * *", "2024-10-26T23:30:00Z",
            ["2024-10-27T00:00:00Z", "2024-10-27T00:30:00Z", "2024-10-27T02:00:00Z", "2024-10-27T02:30:00Z"]
        ),
        // Asked while the hour is repeated.
        ("TZ=Europe/Berlin 30 2 * * *", "2024-10-27T01:10:00Z", ["2024-10-28T01:30:00Z"]),
        // At 06:00Z on 3 November 2024, from 02:00 to 01:00.
        (
            "TZ=America/New_York 30 1 * * *", "2024-11-01T12:00:00Z",
            ["2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"]
        ),
    ])
    func `comes once if a change of the clock repeats its time`(text: String, start: String, expected: [String]) throws
    {
        #expect(try times(of: text, after: start, count: expected.count) == expected)
    }

    @Test(arguments: [
        // A Monday morning there is a Sunday evening in UTC.
        ("TZ=Pacific/Auckland 0 6 * * mon", "2024-06-01T00:00:00Z", ["2024-06-02T18:00:00Z", "2024-06-09T18:00:00Z"]),
        ("TZ=America/New_York 0 22 31 12 *", "2023-06-01T00:00:00Z", ["2024-01-01T03:00:00Z", "2025-01-01T03:00:00Z"]),
        ("TZ=Asia/Kolkata 0 0 * * *", "2024-01-01T00:00:00Z", ["2024-01-01T18:30:00Z", "2024-01-02T18:30:00Z"]),
    ])
    func `counts days as they are in its time zone`(text: String, start: String, expected: [String]) throws {
        #expect(try times(of: text, after: start, count: expected.count) == expected)
    }

    // MARK: - Times out of the ordinary

    @Test(arguments: ["5m", "1d", "0 6 * * 1-5", "TZ=America/New_York 0 0 29 2 *", "TZ=Pacific/Kiritimati 0 0 1 1 *"])
    func `survives any time`(text: String) throws {
        let schedule = try Schedule(text)
        let end = try time("9999-12-31T23:59:59Z") + 1
        for anchor: Int64 in [.min, -1, 0, 1, .max] {
            for time: Int64 in [.min, .min + 1, -62_135_596_801, -2] {
                #expect(schedule.next(after: time, anchor: anchor) == schedule.next(after: -1, anchor: anchor))
            }
            #expect((0..<(8 * 366 * 86_400)).contains(schedule.next(after: -1, anchor: anchor)))
            for time in [end - 1, end, .max - 1, .max] {
                #expect(schedule.next(after: time, anchor: anchor) == end)
            }
        }
    }

    @Test func `of cron reaches the last minutes that count`() throws {
        #expect(try times(of: "59 23 31 12 *", after: "9998-12-31T23:59:00Z") == ["9999-12-31T23:59:00Z"])
        #expect(try Schedule("0 0 1 1 *").next(after: -1, anchor: 0) == 0)
        #expect(try Schedule("0 0 1 1 *").next(after: 0, anchor: 0) == time("1971-01-01T00:00:00Z"))
    }

    // MARK: - Any schedule

    @Test(arguments: 1...8) func `is stored as it can be read, whatever it is`(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<300 {
            let made = MadeSchedule(using: &numbers)
            let schedule = try Schedule(made.written)
            #expect(schedule.text == made.stored, "\(made.written)")
            #expect(try Schedule(schedule.text) == schedule, "\(made.written)")
        }
    }

    @Test(arguments: 1...8) func `of cron comes at the first minute that matches, whatever it is`(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            let made = MadeSchedule(using: &numbers)
            guard made.zone == nil, let cron = made.cron else { continue }
            let start = Int64.random(in: 0..<4_000_000_000, using: &numbers)
            let next = try Schedule(made.written).next(after: start, anchor: 0)
            #expect(shown(next) == shown(cron.firstMinute(after: start)), "\(made.written) after \(shown(start))")
        }
    }

    @Test(arguments: 1...8) func `is made of garbage or refuses it in one line`(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let parts = [
            "0", "5", "7", "31", "59", "60", "99999999999999999999", "*", "*", "*", "/", "/2", "-", ",", ",1", " ", " ",
            " ", " ", " ",
            "m", "h", "d", "min", "mon", "sun", "JAN", "@daily", "@", "TZ=", "CRON_TZ=", "UTC", "Europe/Berlin",
            "GMT+99/", "=", "+",
            "٣", "½", "0\u{301}", "é", "\u{0}", "\n", "\r\n", "\u{2028}", "\u{202E}", "\u{1F600}", "\u{FEFF}",
        ]
        var read = 0
        var refused = 0
        for round in 0..<4000 {
            let count = Int.random(in: 1...(round % 100 == 0 ? 400 : 12), using: &numbers)
            let text = (0..<count).map { _ in parts.randomElement(using: &numbers) ?? "" }.joined()
            do {
                let schedule = try Schedule(text)
                read += 1
                let start = Int64.random(in: 0..<(1 << 33), using: &numbers)
                #expect(schedule.next(after: start, anchor: .random(in: .min ... .max, using: &numbers)) > start)
            } catch {
                refused += 1
                #expect(error.statusCode == .invalidArgument)
                #expect(error.description.hasPrefix("schedule: ") && error.description.hasSuffix("."))
                #expect(error.description.count { $0.isNewline } == 0, "\(text)")
            }
        }
        #expect(read > 10)
        #expect(refused > 3000)
    }
}
