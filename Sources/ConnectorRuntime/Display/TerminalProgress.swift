public import SyncEngine
import Synchronization

/// Shows a running sync as one live line at the bottom of the terminal.
public final class TerminalProgress: SyncObserver {
    private struct State {
        var progress = SyncProgress()
        var started: ContinuousClock.Instant
        var phaseStarted: ContinuousClock.Instant
        var countAtPhaseStart = 0
        var drawn: ContinuousClock.Instant?
        var isOver = false
    }

    private let line: StatusLine
    private let style: Style
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// How the line is drawn.
    struct Style: Sendable {
        /// Whether the phase may be highlighted.
        var isColored = false
        /// How many characters fit.
        var width: @Sendable () -> Int = { 80 }
    }

    init(
        _ line: StatusLine, style: Style,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.line = line
        self.style = style
        self.now = now
        let start = now()
        state = Mutex(State(started: start, phaseStarted: start))
    }

    /// Takes the news, and draws unless it has drawn less than a tenth of a second ago.
    public func syncProgressed(to progress: SyncProgress) {
        let time = now()
        state.withLock { state in
            if progress.phase != state.progress.phase {
                state.phaseStarted = time
                state.countAtPhaseStart = ProgressText.count(of: progress)
            }
            state.progress = progress
            draw(&state, at: time)
        }
    }

    /// Lets the time go on while there is no news.
    func tick() {
        state.withLock { draw(&$0, at: now()) }
    }

    /// Takes the line away for good.
    func end() {
        state.withLock { state in
            state.isOver = true
            line.clear()
        }
    }

    /// Puts a line in its place that stays: what is in the file now, and how to look at it.
    func end(saving file: String) {
        end()
        state.withLock { state in
            let text = ProgressText(
                progress: state.progress, elapsed: now() - state.started, phaseElapsed: .zero, countAtPhaseStart: 0)
            line.print("\(text.summary(of: file))\n")
        }
    }

    private func draw(_ state: inout State, at time: ContinuousClock.Instant) {
        if state.isOver { return }
        if let drawn = state.drawn, time - drawn < .milliseconds(100) { return }
        state.drawn = time
        let text = ProgressText(
            progress: state.progress, elapsed: time - state.started, phaseElapsed: time - state.phaseStarted,
            countAtPhaseStart: state.countAtPhaseStart
        ).line(width: style.width() - 1)
        line.show(style.isColored ? "\u{1B}[36m\(text)\u{1B}[0m" : text)
    }
}

/// Looks away: for programs whose log tells enough.
struct NoProgress: SyncObserver {
    func syncProgressed(to progress: SyncProgress) {}
}
