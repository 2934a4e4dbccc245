import SyncEngine
import Synchronization
import Testing

@testable import ConnectorRuntime

private final class ManualClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var now: @Sendable () -> ContinuousClock.Instant {
        { [self] in start + offset.withLock { $0 } }
    }

    func advance(by duration: Duration) { offset.withLock { $0 += duration } }
}

private func progress(_ phase: SyncPhase, _ adjust: (inout SyncProgress) -> Void = { _ in }) -> SyncProgress {
    var progress = SyncProgress()
    progress.phase = phase
    adjust(&progress)
    return progress
}

@Suite struct `the live line` {
    private let clock = ManualClock()
    private let screen = Notes<String>()

    private func display(colored: Bool = false, width: Int = 200) -> TerminalProgress {
        TerminalProgress(
            StatusLine { [screen] in screen.add($0) }, style: .init(isColored: colored, width: { width }),
            now: clock.now)
    }

    @Test func `tells phase, counts, rate, time and what it waits for`() {
        let display = display()
        display.syncProgressed(to: progress(.grants) { $0.grants = 100 })
        clock.advance(by: .seconds(65))
        display.syncProgressed(
            to: progress(.grants) {
                $0.resourceTypes = 3
                $0.resources = 1
                $0.grants = 65_100
                $0.done = 45
                $0.total = 1200
                $0.waitingFor = "rate limit, 12 s\u{7}"
            })
        #expect(
            screen.all.last
                == "\r\u{1B}[Kgrants 45 of 1,200, 3 types, 1 resource, 65,100 grants, 1,000/s, 1m05s, waiting: rate limit, 12 s\\u{7}"
        )
    }

    @Test func `is drawn ten times a second at most`() {
        let display = display()
        for count in 1...1000 {
            display.syncProgressed(to: progress(.resources) { $0.resources = count })
            clock.advance(by: .milliseconds(1))
        }
        #expect(screen.all.count == 10)
        clock.advance(by: .milliseconds(100))
        display.tick()
        #expect(screen.all.last?.contains("1,000 resources") == true)
    }

    @Test func `fits the terminal`() {
        display(width: 20).syncProgressed(to: progress(.resources) { $0.resources = 123_456_789 })
        #expect(screen.all.last == "\r\u{1B}[Kresources, 123,456…")
        display(width: 0).syncProgressed(to: progress(.resources))
    }

    @Test func `goes out of the way of the log and goes away at the end`() {
        let line = StatusLine { [screen] in screen.add($0) }
        line.print("first\n")
        line.show("status")
        line.print("second\n")
        line.clear()
        line.clear()
        line.print("third\n")
        #expect(screen.all == ["first\n", "\r\u{1B}[Kstatus", "\r\u{1B}[Ksecond\nstatus", "\r\u{1B}[K", "third\n"])
    }

    @Test func `stays away after the end`() {
        let display = display()
        display.syncProgressed(to: progress(.resources))
        display.end()
        clock.advance(by: .seconds(1))
        display.tick()
        display.syncProgressed(to: progress(.grants))
        #expect(screen.all.count == 2)
        #expect(screen.all.last == "\r\u{1B}[K")
    }

    @Test func `leaves a line behind that tells what came of it`() {
        let display = display()
        display.syncProgressed(
            to: progress(.saving) {
                $0.resourceTypes = 3
                $0.resources = 1200
            })
        clock.advance(by: .seconds(61))
        display.end(saving: "a\u{1B}b.c1z")
        #expect(
            screen.all.last
                == "a\\u{1b}b.c1z is saved: this run stored 3 types, 1,200 resources in 1m01s. Look at it with: baton -f a\\u{1b}b.c1z grants\n"
        )
    }

    @Test func `has colour only when it may`() {
        display(colored: true).syncProgressed(to: progress(.saving))
        #expect(screen.all.last?.contains("\u{1B}[36m") == true)
        display(colored: false).syncProgressed(to: progress(.saving))
        #expect(screen.all.last == "\r\u{1B}[Ksaving, 0s")
    }

    @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m00s"), (3599, "59m59s"), (3600, "1h00m"), (90_061, "25h01m")])
    func `tells the time as people do`(seconds: Int, text: String) {
        #expect(ProgressText.clock(.seconds(seconds)) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `groups digits`(number: Int, text: String) {
        #expect(ProgressText.grouped(number) == text)
    }
}
